#pragma once
#include <memory>
#include <string>

#include "backend/backend.hpp"
#include "backend/cuda/device/device_facts.hpp"
#include "core/library.hpp"

/// The interface between the engine and hetsyn_cuda.so, the only part that uses CUDA: the engine runs on machines
/// without a driver or without the libraries of CUDA.
namespace hetsyn::cuda {

inline constexpr ModuleKind kModule{
    .name = "CUDA", .entry = "hetsyn_cuda_module", .expected = {.interface = 7, .build = HETSYN_BUILD_ID}};

struct Module : ModuleHeader {
  DeviceFacts (*facts)();  ///< queries driver and runtime; does not throw for their errors
  std::unique_ptr<Backend> (*create)(NetworkState state, const BackendOptions& options);
  BackendMemory (*memory)(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);
  std::string (*nccl)();    ///< nccl_description()
  std::string (*cublas)();  ///< cublas_description()
};

}  // namespace hetsyn::cuda
