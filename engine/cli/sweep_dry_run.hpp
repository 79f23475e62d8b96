#pragma once
#include <span>

#include "cli/sweep_model.hpp"

namespace hetsyn::cli {

/// Prints all points of `models` with what became of them, and an estimate of the time and memory that the open ones
/// take with `jobs` processes, from doing a little of one of each neuron model. Writes nothing.
void print_sweep_dry_run(const SweepContext& context, std::span<const SweepModel> models, std::size_t jobs);

}  // namespace hetsyn::cli
