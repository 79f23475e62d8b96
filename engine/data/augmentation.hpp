#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "core/rng.hpp"
#include "state/spikes.hpp"

/// Random changes to the input spikes of training samples. Draws are a pure function of the stream that a sample is
/// given: the same for any number of threads and order of samples.
namespace hetsyn {

/// Applied in this order; a spike that leaves channels or steps is lost.
struct SpikeAugmentation {
  double blend_probability = 0.0;    ///< of a sample being blended with another one of its class
  double drop_probability = 0.0;     ///< of a sample losing spikes: an interval, a band of channels, or anywhere
  double drop_fraction = 0.3;        ///< of steps, channels or spikes lost: uniform from 0 to this
  std::uint32_t shift_channels = 0;  ///< all spikes move by one number of channels, uniform within ±this
  double jitter_channels = 0.0;      ///< s.d. of a normal shift of each spike
  double shift_ms = 0.0;             ///< all spikes move by one time, uniform within ±this, in the data's own time

  [[nodiscard]] bool none() const {
    return blend_probability == 0.0 && drop_probability == 0.0 && shift_channels == 0 && jitter_channels == 0.0 &&
           shift_ms == 0.0;
  }
};

/// The changed copy of a sample's spikes. With a `partner` the two are blended first: both are moved half-way to where
/// their centres of mass meet, in channel and time, and of both together each spike is kept with probability 1/2
/// (Nowotny, Turner & Knight, Neuromorph. Comput. Eng. 2025). Lost spikes follow EventDrop (Gu et al., IJCAI 2021).
/// `step_ms` is the duration of a step in the data's own time.
SpikeTrain augment(const SpikeTrain& spikes, const SpikeTrain* partner, std::size_t steps, double step_ms,
                   const SpikeAugmentation& augmentation, RandomStream& random);

/// Which samples may be blended: those of one class, within one set.
class BlendPartners {
 public:
  BlendPartners(const std::vector<std::uint64_t>& samples,
                const std::function<std::int32_t(std::uint64_t sample)>& label_of);

  /// Another sample of the class, each equally likely; empty where there is none.
  [[nodiscard]] std::optional<std::uint64_t> draw(std::uint64_t sample, std::int32_t label, RandomStream& random) const;

 private:
  std::map<std::int32_t, std::vector<std::uint64_t>> classes_;
};

}  // namespace hetsyn
