#pragma once
#include <cstdint>
#include <memory>

#include "backend/backend.hpp"
#include "backend/cuda/device_facts.hpp"

/// The border between the engine and hetsyn_cuda.so, which alone knows CUDA: a machine without a driver, or without the
/// libraries of CUDA, runs the engine all the same.
namespace hetsyn::cuda {

/// Counted up with every change of what crosses the border, this table included.
inline constexpr std::uint32_t kModuleInterface = 1;
/// The version of the engine and its compiler: both sides of the border are C++ of one build.
inline constexpr const char* kModuleBuild = HETSYN_BUILD_ID;
/// The one symbol of the module: extern "C" const Module* hetsyn_cuda_module().
inline constexpr const char* kModuleEntry = "hetsyn_cuda_module";

struct Module {
  std::uint32_t interface;  ///< kModuleInterface; checked before anything else is read
  const char* build;        ///< kModuleBuild
  DeviceFacts (*facts)();   ///< asks driver and runtime; never throws for what they answer
  std::unique_ptr<Backend> (*create)(NetworkState state, const BackendOptions& options);
  BackendMemory (*memory)(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);
};

}  // namespace hetsyn::cuda
