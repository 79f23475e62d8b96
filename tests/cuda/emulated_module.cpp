// A CUDA module for machines without a device: the backend in the emulation. With its path in HETSYN_CUDA_MODULE, every
// program of the engine has a (slow) device "cuda", so that scripts for devices can be tried anywhere.
#include <cstdlib>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/emulation/emulated_cublas.hpp"
#include "backend/cuda/host/make_cuda_backend.hpp"
#include "backend/cuda/module.hpp"

namespace hetsyn::cuda {
namespace {

constexpr int kVersion = 13000;

bool has_cublas() { return std::getenv("HETSYN_CUBLAS") == nullptr; }

DeviceFacts facts() {
  const DeviceLimits& limits = device_limits();
  return {.runtime_version = kVersion,
          .driver_version = kVersion,
          .error = 0,
          .error_text = "",
          .devices = 1,
          .name = "emulation on the host",
          .compute_major = limits.compute_major,
          .compute_minor = limits.compute_minor,
          .memory_bytes = limits.memory_bytes};
}

std::unique_ptr<Backend> create(NetworkState state, const BackendOptions& options) {
  simt::set_cublas(has_cublas());
  return make_cuda_backend(std::move(state), options);
}

std::string nccl() { return "no NCCL"; }
std::string cublas() { return has_cublas() ? "cuBLAS in the emulation" : "no cuBLAS"; }

constexpr Module kTable{kModule.expected, &facts, &create, &cuda_memory, &nccl, &cublas};

}  // namespace
}  // namespace hetsyn::cuda

extern "C" __attribute__((visibility("default"))) const hetsyn::ModuleHeader* hetsyn_cuda_module() {
  return &hetsyn::cuda::kTable;
}
