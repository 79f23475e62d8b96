#pragma once
#include <cstddef>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/device/nccl.hpp"

/// The device of the emulation: memory of the host, filled with NaN where it is new, and streams whose work runs when
/// the host waits for it. Under AddressSanitizer only kernels and copies can touch the device's memory.
namespace hetsyn::simt {

/// Until the end of the scope the device is another one, so that tests reach the borders of what fits.
class WithLimits {
 public:
  explicit WithLimits(const cuda::DeviceLimits& limits);
  ~WithLimits();
  WithLimits(const WithLimits&) = delete;
  WithLimits& operator=(const WithLimits&) = delete;

 private:
  cuda::DeviceLimits before_;
};

/// Until the end of the scope find_nccl() finds this one; at first there is none.
class WithNccl {
 public:
  explicit WithNccl(const cuda::Nccl& nccl);
  ~WithNccl();
  WithNccl(const WithNccl&) = delete;
  WithNccl& operator=(const WithNccl&) = delete;
};

/// Bytes that are allocated now.
std::size_t used_device_memory();
/// Kernels started so far.
std::size_t launches();

}  // namespace hetsyn::simt
