#include "backend/backend.hpp"

#include <fmt/format.h>

#include <array>

#include "backend/check.hpp"
#include "backend/cpu/cpu_backend.hpp"
#include "backend/cuda/load_module.hpp"
#include "backend/reference/reference.hpp"
#include "core/error.hpp"

namespace hetsyn {
namespace {

std::string always_available() { return {}; }

constexpr std::array<BackendInfo, 3> kBackends{{
    {"cuda", "float32, on an NVIDIA device", &cuda::unavailable, &cuda::create_backend, &cuda::backend_memory},
    {"cpu", "float32, vectorised and threaded", &always_available, &make_cpu_backend, &cpu_memory},
    {"reference", "double, plain loops, stores everything: the judge", &always_available, &make_reference_backend,
     &reference_memory},
}};

}  // namespace

std::span<const BackendInfo> backends() { return kBackends; }

const BackendInfo& find_backend(std::string_view name) {
  std::string known = "auto";
  for (const BackendInfo& info : kBackends) {
    if (info.name == name || (name == "auto" && info.unavailable().empty())) return info;
    known += fmt::format(", {}", info.name);
  }
  throw UsageError(fmt::format("device \"{}\" is not known; this build has: {}", name, known));
}

std::unique_ptr<Backend> make_backend(const BackendInfo& info, NetworkState state, const BackendOptions& options) {
  check_network(state.network);
  if (options.matmul_precision != MatmulPrecision::float32 && info.name != "cuda") {
    throw ConfigError(
        fmt::format("train.matmul_precision: expected \"float32\" on device {}, or device cuda", info.name),
        "train.matmul_precision");
  }
  return info.create(std::move(state), options);
}

std::unique_ptr<Backend> make_backend(std::string_view name, NetworkState state, const BackendOptions& options) {
  return make_backend(find_backend(name), std::move(state), options);
}

}  // namespace hetsyn
