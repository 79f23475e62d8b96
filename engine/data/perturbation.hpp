#pragma once
#include <cstddef>
#include <cstdint>

#include "state/spikes.hpp"

/// Damage to input spikes at test time. The draws are a pure function of seed and sample, so that they do not depend on
/// the number of threads.
namespace hetsyn {

/// Damage is applied in this order: deletion, jitter, addition.
struct SpikePerturbation {
  double deletion = 0.0;  ///< probability that a spike is removed
  /// S.d. of a normal shift of each spike, in the data's own time. Beyond the ends of a sample a spike is put into the
  /// first or last step, so that jitter deletes nothing.
  double jitter_ms = 0.0;
  double addition = 0.0;  ///< probability that an empty cell (channel, step) gets a spike
  std::uint64_t seed = 0;

  [[nodiscard]] bool none() const { return deletion == 0.0 && jitter_ms == 0.0 && addition == 0.0; }
};

/// Returns a perturbed copy of a sample's spikes. `step_ms` is the duration of a step in the data's own time; `sample`
/// selects the random numbers.
SpikeTrain perturb(const SpikeTrain& spikes, std::size_t steps, double step_ms, const SpikePerturbation& perturbation,
                   std::uint64_t sample);

/// The factor α of one draw of a time warp, log2 α ~ U(−range, range).
double warp_factor(double log2_range, std::uint64_t seed, std::uint64_t draw);
/// The number of steps of a warped sample: int(α · steps), at least 1.
std::size_t warped_steps(std::size_t steps, double factor);

}  // namespace hetsyn
