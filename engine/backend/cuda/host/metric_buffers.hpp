#pragma once
#include <cstddef>
#include <cstdint>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/device/staged_buffer.hpp"

namespace hetsyn::cuda {

/// Memory for the metrics of a batch, on the device and on the host.
struct MetricBuffers {
  StagedBuffer<float> target;           ///< [B][T][K]; separate from that of the loss, which may still be being copied
  DeviceBuffer<std::int32_t> classes;   ///< [decisions][B]
  DeviceBuffer<double> squared_errors;  ///< [B]
  HostBuffer<std::int32_t> host_classes;
  HostBuffer<double> host_squared_errors;
  std::size_t decisions = 0;
  bool has_squared_errors = false;
  Event computed, copied;
};

}  // namespace hetsyn::cuda
