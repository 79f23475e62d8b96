#pragma once
#include "common/speech/lauscher/lanes.hpp"

namespace hetsyn::tasks {

/// The inner hair cell, which releases transmitter from a pool as the membrane moves: Meddis, J. Acoust. Soc. Am.
/// 79:702 (1986) and 83:1056 (1988), with the constants of Cramer et al. (2022). Replaces the velocity of the membrane
/// by the probability that a fibre of the auditory nerve is excited in a step of `step_s`, at most 0.5 for steps of
/// 1/24000 s. Starts from the state of rest.
void transduce(LaneSeries& velocity, double step_s);

}  // namespace hetsyn::tasks
