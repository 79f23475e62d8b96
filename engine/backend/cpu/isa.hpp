#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "backend/cpu/kernels.hpp"

namespace hetsyn::cpu {

/// The kernel tables of the instruction sets that this machine has, best first; never empty.
std::span<const KernelTable* const> supported_kernels();

/// The names of supported_kernels(); see BackendInfo::instruction_sets.
std::vector<std::string_view> instruction_sets();

/// The table with this name ("v4", "v3", "baseline"); the best one for an empty name. Throws UsageError.
const KernelTable& select_kernels(std::string_view name);

}  // namespace hetsyn::cpu
