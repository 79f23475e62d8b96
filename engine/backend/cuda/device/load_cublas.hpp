#pragma once
#include <string>

#include "backend/cuda/device/cublas.hpp"

namespace hetsyn::cuda {

/// Opens cuBLAS for the rest of the process. `library` is a path, or a name that the system looks for. Throws RunError,
/// whose text is a clause with the file: "cannot be loaded: …", "cannot be used: …".
Cublas load_cublas(const std::string& library);

}  // namespace hetsyn::cuda
