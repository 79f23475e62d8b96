#pragma once
#include <filesystem>
#include <string>

#include "backend/cuda/module.hpp"

/// Loads hetsyn_cuda.so, but only if a CUDA device is wanted.
namespace hetsyn::cuda {

/// Loads the module; it is never unloaded. Throws RunError, one clause that names the file, if it is missing, needs a
/// library that is missing, or belongs to another build.
const Module& load_module(const std::filesystem::path& path);

/// hetsyn_cuda.so in the folder of the program's own plugins, or the file in the environment variable
/// HETSYN_CUDA_MODULE.
std::filesystem::path module_path();

/// See BackendInfo::unavailable. Determined once per process.
std::string unavailable();
/// Name, memory and versions of the device, and whether cuBLAS was found. Call it only if unavailable() is empty.
std::string device_description();

/// See BackendInfo::create and memory. Throw RunError with the text of unavailable().
std::unique_ptr<Backend> create_backend(NetworkState state, const BackendOptions& options);
BackendMemory backend_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);

}  // namespace hetsyn::cuda
