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
    {"cpu", "float32, vectorised and threaded", &make_cpu_backend},
    {"reference", "double, plain loops, stores everything: the judge", &make_reference_backend},
}};

}  // namespace

std::span<const BackendInfo> backends() { return kBackends; }

std::unique_ptr<Backend> make_backend(std::string_view name, NetworkState state, const BackendOptions& options) {
  check_network(state.network);
  if (name == "auto") name = kBackends.front().name;
  std::string known = "auto";
  for (const BackendInfo& info : kBackends) {
    if (info.name == name) return info.create(std::move(state), options);
    known += fmt::format(", {}", info.name);
  }
  throw UsageError(fmt::format("device \"{}\" is not known; this build has: {}", name, known));
}

}  // namespace hetsyn
