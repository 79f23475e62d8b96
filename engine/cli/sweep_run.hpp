#pragma once
#include <atomic>
#include <span>

#include "cli/sweep_model.hpp"

namespace hetsyn::cli {

/// Computes the open models, `jobs` at a time, each in a separate process. Skips models that other processes work on.
/// If `stop` is set, the processes finish their batch and write checkpoints. Blocks until all have ended; returns false
/// if stopped.
bool run_models(const SweepContext& context, std::span<const SweepModel> models, std::size_t jobs, bool table,
                const std::atomic<bool>& stop);

}  // namespace hetsyn::cli
