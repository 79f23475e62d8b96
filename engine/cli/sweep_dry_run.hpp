#pragma once
#include <span>

#include "cli/sweep_model.hpp"

namespace hetsyn::cli {

/// Prints all points of `models` with their state, and estimates time and memory for the open ones with `jobs`
/// processes, from measuring one model of each neuron model. Writes no files.
void print_sweep_dry_run(const SweepContext& context, std::span<const SweepModel> models, std::size_t jobs);

}  // namespace hetsyn::cli
