#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "core/rng.hpp"
#include "state/spikes.hpp"

/// Random changes to the input spikes of training samples. The draws are a pure function of the sample's random stream,
/// so that they do not depend on the number of threads or the order of samples.
namespace hetsyn {

/// Changes are applied in this order; a spike that leaves the channels or steps is dropped.
struct SpikeAugmentation {
  double blend_probability = 0.0;    ///< that a sample is blended with another one of its class
  double drop_probability = 0.0;     ///< that a sample loses spikes: in an interval, in a band of channels, or anywhere
  double drop_fraction = 0.3;        ///< fraction of steps, channels or spikes lost: uniform from 0 to this value
  std::uint32_t shift_channels = 0;  ///< all spikes move by the same number of channels, uniform within ± this value
  double jitter_channels = 0.0;      ///< s.d. of a normal shift of each spike
  double shift_ms = 0.0;  ///< all spikes move by the same time, uniform within ± this value, in the data's own time

  [[nodiscard]] bool none() const {
    return blend_probability == 0.0 && drop_probability == 0.0 && shift_channels == 0 && jitter_channels == 0.0 &&
           shift_ms == 0.0;
  }
};

/// Returns a changed copy of a sample's spikes. With a `partner` the two are first blended: both are moved half-way to
/// the midpoint of their centres of mass, in channel and time, and each of their spikes is kept with probability 1/2
/// (Nowotny, Turner & Knight, Neuromorph. Comput. Eng. 2025). The loss of spikes follows EventDrop (Gu et al., IJCAI
/// 2021). `step_ms` is the duration of a step in the data's own time.
SpikeTrain augment(const SpikeTrain& spikes, const SpikeTrain* partner, std::size_t steps, double step_ms,
                   const SpikeAugmentation& augmentation, RandomStream& random);

/// The samples that may be blended with each other: those of the same class and set.
class BlendPartners {
 public:
  BlendPartners(const std::vector<std::uint64_t>& samples,
                const std::function<std::int32_t(std::uint64_t sample)>& label_of);

  /// Draws another sample of the same class, each with equal probability; empty if there is none.
  [[nodiscard]] std::optional<std::uint64_t> draw(std::uint64_t sample, std::int32_t label, RandomStream& random) const;

 private:
  std::map<std::int32_t, std::vector<std::uint64_t>> classes_;
};

}  // namespace hetsyn
