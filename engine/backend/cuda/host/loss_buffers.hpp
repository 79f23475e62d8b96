#pragma once
#include <cstdint>
#include <span>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/device/staged_buffer.hpp"

namespace hetsyn::cuda {

/// What the losses of a batch take beside dL/dreadout.
struct LossBuffers {
  StagedBuffer<std::int32_t> labels;  ///< [B]
  StagedBuffer<float> target;         ///< [B][T][K]
  DeviceBuffer<double> values;        ///< [B] of the readout, [neurons] of the rates; they add up to the loss
  HostBuffer<double> host_values;     ///< the same
  std::span<double> fetched;          ///< the part of host_values that the last loss takes
  std::size_t neurons = 0;            ///< whose rates the loss has
  Event computed, copied;             ///< values
};

}  // namespace hetsyn::cuda
