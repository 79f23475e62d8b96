#pragma once
#include "data/check/split_samples.hpp"

namespace hetsyn {

/// Checks that samples can be longer and shorter than info.steps, as an evaluation with warped time asks for them, and
/// that the events move with time.
void check_warp(const Task& task, const SplitSamples& samples, std::uint64_t seed, Findings& findings);

}  // namespace hetsyn
