#include "backend/cuda/module.hpp"

#include <cuda_runtime_api.h>

#include "backend/cuda/device/cublas.hpp"
#include "backend/cuda/device/nccl.hpp"
#include "backend/cuda/host/make_cuda_backend.hpp"

namespace hetsyn::cuda {
namespace {

DeviceFacts facts() {
  DeviceFacts out;
  cudaRuntimeGetVersion(&out.runtime_version);
  cudaDriverGetVersion(&out.driver_version);
  const cudaError_t error = cudaGetDeviceCount(&out.devices);
  out.error = static_cast<int>(error);
  out.error_text = cudaGetErrorString(error);
  if (error != cudaSuccess || out.devices == 0) return out;
  int device = 0;
  cudaDeviceProp properties{};
  cudaGetDevice(&device);
  if (const cudaError_t failed = cudaGetDeviceProperties(&properties, device); failed != cudaSuccess) {
    out.error = static_cast<int>(failed);
    out.error_text = cudaGetErrorString(failed);
    return out;
  }
  out.name = properties.name;
  out.compute_major = properties.major;
  out.compute_minor = properties.minor;
  out.memory_bytes = properties.totalGlobalMem;
  return out;
}

constexpr Module kTable{kModule.expected,   &facts, &make_cuda_backend, &cuda_memory, &nccl_description,
                        &cublas_description};

}  // namespace
}  // namespace hetsyn::cuda

extern "C" __attribute__((visibility("default"))) const hetsyn::ModuleHeader* hetsyn_cuda_module() {
  return &hetsyn::cuda::kTable;
}
