#pragma once
#include <memory>

#include "backend/backend.hpp"

/// The functions of the CUDA module. They are compiled into hetsyn_cuda.so, and for tests into the emulation; the
/// engine calls them through backend/cuda/load_module.hpp.
namespace hetsyn {

/// A float32 backend on one NVIDIA device. Throws RunError if there is none.
std::unique_ptr<Backend> make_cuda_backend(NetworkState state, const BackendOptions& options);
/// See BackendInfo::memory; counts the device's memory.
BackendMemory cuda_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);

}  // namespace hetsyn
