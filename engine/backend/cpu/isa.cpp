#include "backend/cpu/isa.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>
#include <string>
#include <vector>

namespace hetsyn::cpu {

namespace baseline {
extern const KernelTable kKernels;
}

#if defined(__x86_64__)
namespace v3 {
extern const KernelTable kKernels;
}
namespace v4 {
extern const KernelTable kKernels;
}

namespace {

// Checks all features of the level for which the kernels are compiled, since the compiler may use any of them.
#if defined(__clang__)  // version 14 has no names for levels, nor for F16C, LZCNT and MOVBE
bool runs_v3() {
  return __builtin_cpu_supports("avx") != 0 && __builtin_cpu_supports("avx2") != 0 &&
         __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0 &&
         __builtin_cpu_supports("fma") != 0;
}
bool runs_v4() {
  return runs_v3() && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512cd") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0;
}
#else
bool runs_v3() { return __builtin_cpu_supports("x86-64-v3") != 0; }
bool runs_v4() { return __builtin_cpu_supports("x86-64-v4") != 0; }
#endif

std::vector<const KernelTable*> newer_kernels() {
  std::vector<const KernelTable*> found;
  if (runs_v4()) found.push_back(&v4::kKernels);
  if (runs_v3()) found.push_back(&v3::kKernels);
  return found;
}

}  // namespace
#else
namespace {
std::vector<const KernelTable*> newer_kernels() { return {}; }
}  // namespace
#endif

std::span<const KernelTable* const> supported_kernels() {
  static const std::vector<const KernelTable*> tables = [] {
    std::vector<const KernelTable*> found = newer_kernels();
    found.push_back(&baseline::kKernels);
    return found;
  }();
  return tables;
}

std::vector<std::string_view> instruction_sets() {
  std::vector<std::string_view> names;
  for (const KernelTable* table : supported_kernels()) names.emplace_back(table->name);
  return names;
}

const KernelTable& select_kernels(std::string_view name) {
  if (name.empty()) return *supported_kernels().front();
  std::string known;
  for (const KernelTable* table : supported_kernels()) {
    if (name == table->name) return *table;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", table->name);
  }
  throw UsageError(fmt::format("instruction set \"{}\" is not available; this machine runs: {}", name, known));
}

}  // namespace hetsyn::cpu
