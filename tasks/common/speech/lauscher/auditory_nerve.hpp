#pragma once
#include <cstdint>

#include "common/speech/lauscher/lanes.hpp"
#include "common/speech/lauscher/philox.hpp"

namespace hetsyn::tasks {

/// Fibres of the auditory nerve that converge on each bushy cell, and their refractory time (Cramer et al., 2022).
inline constexpr std::uint32_t kFibres = 40;
inline constexpr double kFibreRefractory = 1e-3;  ///< s

/// Replaces the probability that one fibre is excited in a step (< 1) by the number of the lane's 40 fibres that spike.
/// Each fibre is a Bernoulli process that skips the refractory time after its spikes; the 40 are drawn together, as a
/// binomial number among those that are not refractory, which has the same distribution.
void draw_fibre_spikes(LaneSeries& probability, double step_s, const LanePhilox& random);

}  // namespace hetsyn::tasks
