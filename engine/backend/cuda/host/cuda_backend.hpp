#pragma once
#include <memory>

#include "backend/backend.hpp"

/// What the CUDA module is made of. It is compiled into hetsyn_cuda.so, and for tests into the emulation of a device;
/// the engine itself reaches it through backend/cuda/load_module.hpp.
namespace hetsyn {

/// Float32 on one NVIDIA device. Throws RunError where there is none.
std::unique_ptr<Backend> make_cuda_backend(NetworkState state, const BackendOptions& options);
/// BackendInfo::memory, of the device's memory.
BackendMemory cuda_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);

}  // namespace hetsyn
