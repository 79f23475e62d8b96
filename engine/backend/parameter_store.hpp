#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "backend/check.hpp"
#include "core/aligned.hpp"

namespace hetsyn {

/// Parameters, gradients and the two moments on the host, [layout.size] each, in the precision of a backend. Elements
/// that are not trainable keep their value and have a gradient of 0. Every loop runs in index order on the calling
/// thread, so results do not depend on the number of threads.
template <class Real>
class ParameterStore {
 public:
  /// `initial` and `trainable` are [layout.size]; groups that are not trainable are masked, too. Throws DataError for
  /// other sizes.
  ParameterStore(const ParameterLayout& layout, std::span<const float> initial, std::span<const std::uint8_t> trainable)
      : layout_(layout), trainable_(layout.size, 0) {
    check_size("initial parameters", initial.size(), layout.size);
    check_size("mask of trainable elements", trainable.size(), layout.size);
    for (const ParameterGroup& group : layout_.groups) {
      if (!group.trainable) continue;
      std::ranges::copy(group_span(trainable, group), group_span(std::span(trainable_), group).begin());
    }
    for (auto& values : blocks_) values.assign(layout.size, Real{});
    write(Block::parameters, initial);
  }

  /// Memory of the four blocks and of the mask.
  static std::vector<MemoryUse> memory(const ParameterLayout& layout) {
    const std::size_t block = layout.size * sizeof(Real);
    return {{"parameters", block + layout.size * sizeof(std::uint8_t)}, {"gradients", block}, {"moments", 2 * block}};
  }

  [[nodiscard]] const ParameterLayout& layout() const { return layout_; }
  [[nodiscard]] AlignedVector<Real>& block(Block which) { return blocks_[static_cast<std::size_t>(which)]; }
  [[nodiscard]] const AlignedVector<Real>& block(Block which) const { return blocks_[static_cast<std::size_t>(which)]; }

  /// [layout.size]; 0 where an element keeps its value.
  [[nodiscard]] std::span<const std::uint8_t> trainable() const { return trainable_; }

  void read(Block which, std::span<float> values) const {
    check_size(block_name(which), values.size(), layout_.size);
    std::ranges::transform(block(which), values.begin(), [](Real value) { return static_cast<float>(value); });
  }
  void write(Block which, std::span<const float> values) {
    check_size(block_name(which), values.size(), layout_.size);
    std::ranges::transform(values, block(which).begin(), [](float value) { return static_cast<Real>(value); });
  }

  void zero_gradients() { std::ranges::fill(block(Block::gradients), Real{}); }

  /// Zeroes the gradients of elements that are not trainable.
  void mask_gradients() {
    AlignedVector<Real>& gradients = block(Block::gradients);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      if (trainable_[i] == 0) gradients[i] = Real{};
    }
  }

  /// See Backend::gradient_norm(). Summed in double; call mask_gradients() before.
  [[nodiscard]] double gradient_norm(const DecayMap& decays) const {
    double sum = 0.0;
    for (const ParameterGroup& group : layout_.groups) {
      const bool is_mapped = group.is_decay() && !decays.is_identity();
      for (std::size_t i = group.offset; i < group.offset + group.count(); ++i) {
        auto g = static_cast<double>(block(Block::gradients)[i]);
        if (is_mapped) g *= decays.slope(static_cast<double>(block(Block::parameters)[i]));
        sum += g * g;
      }
    }
    return std::sqrt(sum);
  }

  /// Makes one optimizer step for all trainable elements. Throws DataError unless there are constants for each group.
  void update(const OptimizerStep& step) {
    check_size("optimizer constants", step.groups.size(), layout_.groups.size());
    for (std::size_t g = 0; g < layout_.groups.size(); ++g) {
      update_group(layout_.groups[g], step.kind, convert<Real>(step.groups[g]));
    }
  }

 private:
  void update_group(const ParameterGroup& group, OptimizerKind kind, const OptimizerConstants<Real>& constants) {
    for (std::size_t i = group.offset; i < group.offset + group.count(); ++i) {
      if (trainable_[i] == 0) continue;
      Real& parameter = block(Block::parameters)[i];
      Real& m = block(Block::moment1)[i];
      Real& v = block(Block::moment2)[i];
      const Real gradient = block(Block::gradients)[i];
      if (constants.decays.is_identity()) {
        optimizer_step(kind, parameter, m, v, gradient, constants);
      } else {
        decay_step(kind, parameter, m, v, gradient, constants);
      }
    }
  }

  ParameterLayout layout_;
  std::vector<std::uint8_t> trainable_;
  std::array<AlignedVector<Real>, kBlockCount> blocks_;
};

}  // namespace hetsyn
