#pragma once
#include <filesystem>
#include <string>

#include "backend/cuda/module.hpp"

/// How the engine reaches hetsyn_cuda.so: when a device is asked for, and not before.
namespace hetsyn::cuda {

/// Loads the module for the rest of the process. Throws RunError, one clause with the file, where it is not there,
/// needs a library that is not there, or belongs to another build.
const Module& load_module(const std::filesystem::path& path);

/// hetsyn_cuda.so beside the program's own plugins, or the file that the environment's HETSYN_CUDA_MODULE names.
std::filesystem::path module_path();

/// BackendInfo::unavailable; asked once per process.
std::string unavailable();
/// Name, memory and versions of the device, and whether cuBLAS is there; only where unavailable() is empty.
std::string device_description();

/// BackendInfo::create and memory. Throw RunError with unavailable().
std::unique_ptr<Backend> create_backend(NetworkState state, const BackendOptions& options);
BackendMemory backend_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);

}  // namespace hetsyn::cuda
