#include "backend/backend.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <hetsyn/exceptions.hpp>

#include "backend/check.hpp"
#include "backend/cpu/isa.hpp"
#include "backend/cpu/make_cpu_backend.hpp"
#include "backend/cuda/load_module.hpp"
#include "backend/reference/reference.hpp"

namespace hetsyn {
namespace {

constexpr std::array kFloat32{MatmulPrecision::float32};
constexpr std::array kTensorCores{MatmulPrecision::float32, MatmulPrecision::tf32, MatmulPrecision::bfloat16};

std::string nothing() { return {}; }
std::vector<std::string_view> no_choice() { return {}; }
std::string runs_all(const NetworkLayout& /*network*/) { return {}; }

std::string why_not_smooth(const NetworkLayout& network) {
  const bool smooth = std::ranges::any_of(network.populations, &PopulationLayout::smooth_spikes);
  return smooth ? "smooth spikes exist on the reference backend only" : "";
}

constexpr std::array<BackendInfo, 3> kBackends{{
    {.name = "cuda",
     .meaning = "float32, on an NVIDIA device",
     .precisions = kTensorCores,
     .divides_tape = false,
     .instruction_sets = &no_choice,
     .unavailable = &cuda::unavailable,
     .description = &cuda::device_description,
     .why_not = &why_not_smooth,
     .create = &cuda::create_backend,
     .memory = &cuda::backend_memory},
    {.name = "cpu",
     .meaning = "float32, vectorised and threaded",
     .precisions = kFloat32,
     .divides_tape = true,
     .instruction_sets = &cpu::instruction_sets,
     .unavailable = &nothing,
     .description = &nothing,
     .why_not = &why_not_smooth,
     .create = &make_cpu_backend,
     .memory = &cpu_memory},
    {.name = "reference",
     .meaning = "double, plain loops, stores everything: what the others are compared with",
     .precisions = kFloat32,
     .divides_tape = false,
     .instruction_sets = &no_choice,
     .unavailable = &nothing,
     .description = &nothing,
     .why_not = &runs_all,
     .create = &make_reference_backend,
     .memory = &reference_memory},
}};

bool has(const BackendInfo& info, MatmulPrecision precision) {
  return std::ranges::find(info.precisions, precision) != info.precisions.end();
}

/// The error if a backend lacks a precision; it lists the precisions of the backend, and the devices that have the
/// requested one.
ConfigError lacks_precision(const BackendInfo& info, MatmulPrecision wanted) {
  const auto quoted = [](MatmulPrecision precision) {
    return fmt::format("\"{}\"", kMatmulPrecisionNames[static_cast<std::size_t>(precision)]);
  };
  std::vector<std::string> precisions;
  std::ranges::transform(info.precisions, std::back_inserter(precisions), quoted);
  std::vector<std::string_view> devices;
  for (const BackendInfo& other : kBackends) {
    if (has(other, wanted)) devices.push_back(other.name);
  }
  return ConfigError(fmt::format("train.matmul_precision: expected {} on device {}, or device {}",
                                 fmt::join(precisions, ", "), info.name, fmt::join(devices, ", ")),
                     "train.matmul_precision");
}

/// The error if a backend cannot divide its tape.
ConfigError keeps_whole_tape(const BackendInfo& info) {
  return ConfigError(
      fmt::format("train.checkpoint_tape: expected 1 on device {}, which keeps the whole tape; more than 1 "
                  "only on device cpu",
                  info.name),
      "train.checkpoint_tape");
}

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
  if (!has(info, options.matmul_precision)) throw lacks_precision(info, options.matmul_precision);
  if (options.tape_parts > 1 && !info.divides_tape) throw keeps_whole_tape(info);
  if (const std::string why = info.why_not(state.network); !why.empty()) {
    throw RunError(fmt::format("device {} cannot run this network: {}", info.name, why));
  }
  return info.create(std::move(state), options);
}

std::unique_ptr<Backend> make_backend(std::string_view name, NetworkState state, const BackendOptions& options) {
  return make_backend(find_backend(name), std::move(state), options);
}

}  // namespace hetsyn
