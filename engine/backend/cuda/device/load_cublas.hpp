#pragma once
#include <string>

#include "backend/cuda/device/cublas.hpp"

namespace hetsyn::cuda {

/// Loads cuBLAS; it is never unloaded. `library` is a path, or a name for the dynamic linker. Throws RunError, whose
/// text is a clause that names the file: "cannot be loaded: …", "cannot be used: …".
Cublas load_cublas(const std::string& library);

}  // namespace hetsyn::cuda
