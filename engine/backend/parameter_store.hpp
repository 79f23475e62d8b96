#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "backend/check.hpp"
#include "base/parallel.hpp"
#include "core/aligned.hpp"

namespace hetsyn {

/// Parameters, gradients and the two moments on the host, [layout.size] each, in the precision of a backend. Elements
/// that are not trainable keep their value and have a gradient of 0. Results do not depend on the number of threads.
template <class Real>
class ParameterStore {
 public:
  /// `initial` and `trainable` are [layout.size]; groups that are not trainable are masked, too. Throws DataError for
  /// other sizes.
  ParameterStore(const ParameterLayout& layout, std::span<const float> initial, std::span<const std::uint8_t> trainable)
      : layout_(layout), pieces_(divide(layout)), trainable_(layout.size, 0) {
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

  /// Part of a group.
  struct Piece {
    std::size_t group, begin, end;
  };
  /// All parameters in pieces of a limited size, which several threads can share. Sums over pieces do not depend on the
  /// number of threads.
  [[nodiscard]] std::span<const Piece> pieces() const { return pieces_; }

  void zero_gradients() {
    for_each_piece([&](std::size_t, const Piece& piece) {
      Real* const gradients = block(Block::gradients).data();
      std::fill(gradients + piece.begin, gradients + piece.end, Real{});
    });
  }

  /// Zeroes the gradients of elements that are not trainable.
  void mask_gradients() {
    for_each_piece([&](std::size_t, const Piece& piece) {
      Real* const gradients = block(Block::gradients).data();
      for (std::size_t i = piece.begin; i < piece.end; ++i) gradients[i] = trainable_[i] == 0 ? Real{} : gradients[i];
    });
  }

  /// See Backend::gradient_norm(). Summed in double; call mask_gradients() before.
  [[nodiscard]] double gradient_norm(const DecayMap& decays) const {
    std::vector<double> sums(pieces_.size());
    for_each_piece([&](std::size_t n, const Piece& piece) { sums[n] = squared_norm(piece, decays); });
    return std::sqrt(std::accumulate(sums.begin(), sums.end(), 0.0));
  }

  /// Makes one optimizer step for all trainable elements. Throws DataError unless there are constants for each group.
  void update(const OptimizerStep& step) {
    check_size("optimizer constants", step.groups.size(), layout_.groups.size());
    for (std::size_t g = 0; g < layout_.groups.size(); ++g) {
      update_group(layout_.groups[g], step.kind, convert<Real>(step.groups[g]));
    }
  }

 private:
  static constexpr std::size_t kPiece = 1U << 14;

  static std::vector<Piece> divide(const ParameterLayout& layout) {
    std::vector<Piece> pieces;
    for (std::size_t g = 0; g < layout.groups.size(); ++g) {
      const std::size_t end = layout.groups[g].offset + layout.groups[g].count();
      for (std::size_t at = layout.groups[g].offset; at < end; at += kPiece) {
        pieces.push_back({g, at, std::min(at + kPiece, end)});
      }
    }
    return pieces;
  }

  template <class Run>
  void for_each_piece(const Run& run) const {
    const auto run_piece = [&](std::size_t n) { run(n, pieces_[n]); };
    for_each_index(pieces_.size(), run_piece);
  }

  [[nodiscard]] double squared_norm(const Piece& piece, const DecayMap& decays) const {
    const bool is_mapped = layout_.groups[piece.group].is_decay() && !decays.is_identity();
    double sum = 0.0;
    for (std::size_t i = piece.begin; i < piece.end; ++i) {
      auto g = static_cast<double>(block(Block::gradients)[i]);
      if (is_mapped) g *= decays.slope(static_cast<double>(block(Block::parameters)[i]));
      sum += g * g;
    }
    return sum;
  }

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
  std::vector<Piece> pieces_;
  std::vector<std::uint8_t> trainable_;
  std::array<AlignedVector<Real>, kBlockCount> blocks_;
};

}  // namespace hetsyn
