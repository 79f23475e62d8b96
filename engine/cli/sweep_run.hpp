#pragma once
#include <atomic>
#include <span>

#include "cli/sweep_model.hpp"

namespace hetsyn::cli {

/// Does what is open of `models`, `jobs` at a time, each in a process of its own. Models that another process works on
/// are left to it. With `stop` set, the processes end in order. Returns false where it was stopped.
bool run_models(const SweepContext& context, std::span<const SweepModel> models, std::size_t jobs, bool table,
                const std::atomic<bool>& stop);

}  // namespace hetsyn::cli
