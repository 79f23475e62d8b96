#include "backend/backend.hpp"

#include <fmt/format.h>

#include <array>

#include "backend/check.hpp"
#include "backend/cpu/cpu_backend.hpp"
#include "backend/reference/reference.hpp"
#include "core/error.hpp"

namespace hetsyn {
namespace {

constexpr std::array<BackendInfo, 2> kBackends{{
    {"cpu", "float32, vectorised and threaded", &make_cpu_backend, &cpu_memory},
    {"reference", "double, plain loops, stores everything: the judge", &make_reference_backend, &reference_memory},
}};

}  // namespace

std::span<const BackendInfo> backends() { return kBackends; }

const BackendInfo& find_backend(std::string_view name) {
  if (name == "auto") name = kBackends.front().name;
  std::string known = "auto";
  for (const BackendInfo& info : kBackends) {
    if (info.name == name) return info;
    known += fmt::format(", {}", info.name);
  }
  throw UsageError(fmt::format("device \"{}\" is not known; this build has: {}", name, known));
}

std::unique_ptr<Backend> make_backend(std::string_view name, NetworkState state, const BackendOptions& options) {
  check_network(state.network);
  return find_backend(name).create(std::move(state), options);
}

}  // namespace hetsyn
