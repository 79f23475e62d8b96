#include "backend/cuda/device/cublas.hpp"

#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <cstdlib>
#include <hetsyn/exceptions.hpp>
#include <optional>

#include "backend/cuda/device/load_cublas.hpp"

namespace hetsyn::cuda {
namespace {

/// The library of the toolkit with which the module was built.
std::string library_name() {
  if (const char* const variable = std::getenv("HETSYN_CUBLAS"); variable != nullptr) return variable;
  return fmt::format("libcublas.so.{}", CUDART_VERSION / 1000);
}

struct Found {
  std::optional<Cublas> functions;
  std::string why_absent;
};

Found look_for_library() {
  try {
    return {load_cublas(library_name()), {}};
  } catch (const RunError& error) {
    return {std::nullopt, error.what()};
  }
}

const Found& library() {
  static const Found once = look_for_library();
  return once;
}

}  // namespace

const Cublas* find_cublas() { return library().functions ? &*library().functions : nullptr; }

std::string cublas_description() {
  if (find_cublas() == nullptr) {
    return fmt::format("cuBLAS {}; models with shared decays use the event kernels", library().why_absent);
  }
  int version[3] = {};
  for (int part = 0; part < 3; ++part) find_cublas()->get_property(part, &version[part]);
  return fmt::format("cuBLAS {}.{}.{}, for models with shared decays", version[0], version[1], version[2]);
}

}  // namespace hetsyn::cuda
