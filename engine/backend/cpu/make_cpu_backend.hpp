#pragma once
#include <memory>

#include "backend/backend.hpp"

namespace hetsyn {

/// A multi-threaded, vectorised float32 backend. Results are bitwise the same for any number of threads.
std::unique_ptr<Backend> make_cpu_backend(NetworkState state, const BackendOptions& options);
/// See BackendInfo::memory.
BackendMemory cpu_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);

}  // namespace hetsyn
