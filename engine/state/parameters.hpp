#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <hetsyn/view.hpp>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/aligned.hpp"
#include "state/fields.hpp"
#include "state/layout.hpp"

namespace hetsyn {

/// The values that the elements of an array may have.
struct ValueRange {
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();

  /// Neither NaN nor an infinite number is in any range.
  [[nodiscard]] bool contains(float value) const {
    return std::isfinite(value) && value >= static_cast<float>(lowest) && value <= static_cast<float>(highest);
  }
  /// "a number from 0 to 1"
  [[nodiscard]] std::string text() const;
};

/// One named array inside a flat block of parameters, gradients or moments, which all have the same layout.
struct ParameterGroup {
  std::string name;  ///< "hidden1.w", "readout.r", …; the dataset's name in checkpoints
  std::size_t population = 0;
  Field field = Field::w;
  std::size_t rows = 0;     ///< postsynaptic index, slowest
  std::size_t columns = 0;  ///< presynaptic index, or 1
  std::size_t offset = 0;   ///< first element in the block
  bool trainable = true;
  ValueRange range = {};

  [[nodiscard]] std::size_t count() const { return rows * columns; }
  [[nodiscard]] bool is_synaptic_decay() const { return hetsyn::is_synaptic_decay(field); }
  [[nodiscard]] bool is_decay() const { return hetsyn::is_decay(field); }
  [[nodiscard]] bool is_adaptation_strength() const { return field == Field::b || field == Field::m; }
};

/// The place of each parameter of a network in a flat block.
struct ParameterLayout {
  std::vector<ParameterGroup> groups;
  std::size_t size = 0;  ///< elements, with padding between groups

  /// The group of `field` in `population`; null if the network has none.
  [[nodiscard]] const ParameterGroup* find(std::size_t population, Field field) const;
};

ParameterLayout parameter_layout(const NetworkLayout& network);

/// The range of a field's values in a population with this decay of the adaptation's filter.
ValueRange value_range(Field field, double adaptation_filter);

/// Whether a group of `population` is [post][post], so that its elements [j][j] are those of autapses.
bool has_self_connections(const ParameterGroup& group, const PopulationLayout& population);

/// The parameters, and the three values that training keeps for each of them.
enum class Block : std::uint8_t { parameters, gradients, moment1, moment2 };
inline constexpr std::size_t kBlockCount = 4;
inline constexpr std::string_view block_name(Block block) {
  constexpr std::array<std::string_view, kBlockCount> names{"parameters", "gradients", "moment1", "moment2"};
  return names[static_cast<std::size_t>(block)];
}

/// What a backend starts from: structure, initial parameters [layout.size] and the mask of trainable elements.
struct NetworkState {
  NetworkLayout network;
  ParameterLayout layout;
  AlignedVector<float> parameters;
  std::vector<std::uint8_t> trainable;  ///< [layout.size]; 0: absent autapse, frozen decay or padding
};

/// The elements of one group in a flat block.
template <class T>
std::span<T> group_span(std::span<T> block, const ParameterGroup& group) {
  return block.subspan(group.offset, group.count());
}
/// The same as [rows][columns].
template <class T>
View<T, 2> group_view(std::span<T> block, const ParameterGroup& group) {
  return {group_span(block, group), {group.rows, group.columns}};
}

}  // namespace hetsyn
