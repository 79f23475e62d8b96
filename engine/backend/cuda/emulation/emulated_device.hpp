#pragma once
#include <cstddef>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/device/nccl.hpp"

/// The emulated device: memory of the host, initialised with NaN, and streams whose work runs when the host waits for
/// it. Under AddressSanitizer only kernels and copies may access the device's memory.
namespace hetsyn::simt {

/// Until the end of the scope the device has other limits, so that tests can reach them.
class WithLimits {
 public:
  explicit WithLimits(const cuda::DeviceLimits& limits);
  ~WithLimits();
  WithLimits(const WithLimits&) = delete;
  WithLimits& operator=(const WithLimits&) = delete;

 private:
  cuda::DeviceLimits before_;
};

/// Until the end of the scope find_nccl() returns this one; by default there is none.
class WithNccl {
 public:
  explicit WithNccl(const cuda::Nccl& nccl);
  ~WithNccl();
  WithNccl(const WithNccl&) = delete;
  WithNccl& operator=(const WithNccl&) = delete;
};

/// The number of bytes that are allocated now.
std::size_t used_device_memory();
/// The number of kernels that the device has run so far.
std::size_t launches();

/// What the host has asked the device for so far. Each call takes the host some microseconds on a real device.
struct HostCalls {
  std::size_t launches = 0;  ///< of kernels
  std::size_t products = 0;  ///< of matrices, by cuBLAS
  std::size_t copies = 0;    ///< cudaMemcpyAsync
  std::size_t fills = 0;     ///< cudaMemsetAsync
  std::size_t events = 0;    ///< cudaEventRecord and cudaStreamWaitEvent
  std::size_t waits = 0;     ///< cudaEventSynchronize and cudaStreamSynchronize, also for what is already done
};
HostCalls host_calls();

}  // namespace hetsyn::simt
