#pragma once
#include <cstdint>
#include <span>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/device/staged_buffer.hpp"

namespace hetsyn::cuda {

/// Memory for the losses of a batch, besides dL/dreadout.
struct LossBuffers {
  StagedBuffer<std::int32_t> labels;  ///< [B]
  StagedBuffer<float> target;         ///< [B][T][K]
  DeviceBuffer<double> values;        ///< [B] for the readout, [neurons] for the rates; their sum is the loss
  HostBuffer<double> host_values;     ///< the same
  std::span<double> fetched;          ///< the part of host_values that the last loss uses
  std::size_t neurons = 0;            ///< number of neurons whose rates are in the loss
  Event computed, copied;             ///< of `values`
};

}  // namespace hetsyn::cuda
