#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "backend/cuda/device/device.hpp"
#include "backend/cuda/device/staged_buffer.hpp"
#include "backend/cuda/kernels/optimizer.hpp"

namespace hetsyn::cuda {

/// Parameters, gradients and moments on the device, each a flat block with the engine's layout. Elements that are not
/// trainable keep their value and have no gradient.
class DeviceParameters {
 public:
  /// See ParameterStore. Throws DataError, OutOfDeviceMemory.
  DeviceParameters(const ParameterLayout& layout, std::span<const float> initial,
                   std::span<const std::uint8_t> trainable, Stream& stream);

  static std::vector<MemoryUse> memory(const ParameterLayout& layout);

  [[nodiscard]] const ParameterLayout& layout() const { return layout_; }
  /// The address of a group in a block; null if the population does not have the field.
  [[nodiscard]] float* group(Block block, std::size_t population, Field field);
  [[nodiscard]] const std::uint8_t* trainable(std::size_t population, Field field) const;
  /// Whether every element of a group is trainable; false if the population does not have the field.
  [[nodiscard]] bool trains_all(std::size_t population, Field field) const;

  void read(Block block, std::span<float> values, Stream& stream) const;
  void write(Block block, std::span<const float> values, Stream& stream);
  [[nodiscard]] float* gradients() { return block(Block::gradients).data(); }
  void zero_gradients(Stream& stream) { block(Block::gradients).zero(stream); }
  [[nodiscard]] double gradient_norm(const DecayMap& decays, Stream& stream) const;
  void update(const OptimizerStep& step, Stream& stream);

 private:
  [[nodiscard]] DecayGroups mapped_decays(const DecayMap& map, Stream& stream) const;
  [[nodiscard]] DeviceBuffer<float>& block(Block which) { return blocks_[static_cast<std::size_t>(which)]; }
  [[nodiscard]] const DeviceBuffer<float>& block(Block which) const { return blocks_[static_cast<std::size_t>(which)]; }

  ParameterLayout layout_;
  DeviceBuffer<std::uint8_t> trainable_;
  std::vector<bool> trains_all_;  ///< for each group of layout_
  std::array<DeviceBuffer<float>, kBlockCount> blocks_;
  StagedBuffer<GroupStep> steps_;
  mutable StagedBuffer<DecayGroup> decay_groups_;
  mutable DeviceBuffer<double> partial_squares_;
};

}  // namespace hetsyn::cuda
