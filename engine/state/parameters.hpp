#pragma once
#include <cstddef>
#include <cstdint>
#include <hetsyn/view.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/aligned.hpp"
#include "state/fields.hpp"
#include "state/layout.hpp"

namespace hetsyn {

/// One named array inside a flat block of parameters, gradients or moments, which all have the same layout.
struct ParameterGroup {
  std::string name;  ///< "hidden1.w", "readout.r", …; the dataset's name in checkpoints
  std::size_t population = 0;
  Field field = Field::w;
  std::size_t rows = 0;     ///< postsynaptic index, slowest
  std::size_t columns = 0;  ///< presynaptic index, or 1
  std::size_t offset = 0;   ///< first element in the block
  bool trainable = true;

  [[nodiscard]] std::size_t count() const { return rows * columns; }
  [[nodiscard]] bool is_decay() const { return field == Field::r || field == Field::r_rec; }
};

/// The place of each parameter of a network in a flat block.
struct ParameterLayout {
  std::vector<ParameterGroup> groups;
  std::size_t size = 0;  ///< elements, with padding between groups

  /// The group of `field` in `population`; null if the network has none.
  [[nodiscard]] const ParameterGroup* find(std::size_t population, Field field) const;
};

ParameterLayout parameter_layout(const NetworkLayout& network);

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
