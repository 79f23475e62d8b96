#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/speech/grid.hpp"

/// Lyon's passive ear: a cascade of filters for the wave that travels along the cochlea, hair cells as half-wave
/// rectifiers, and coupled automatic gain controls. Slaney, "Lyon's Cochlear Model", Apple Technical Report 13 (1988),
/// and "Auditory Toolbox", Interval Research Technical Report 1998-010.
namespace hetsyn::tasks {

/// y[n] = b₀x[n] + b₁x[n−1] + b₂x[n−2] − a₁y[n−1] − a₂y[n−2]
struct Biquad {
  std::array<double, 3> b{1.0, 0.0, 0.0};
  std::array<double, 2> a{};
};

struct LyonDesign {
  double ear_q = 8.0;         ///< sharpness of the stages
  double step_factor = 0.25;  ///< distance of neighbouring channels, in bandwidths; the report's ear_q / 32
};

/// Two filters for the outer and middle ear, then one per channel, from the highest frequency down. The number of
/// channels depends on the rate: 78 at 12.5 kHz, 86 at 16 kHz, 93 at 20 kHz.
std::vector<Biquad> lyon_filters(double rate_hz, const LyonDesign& design);

/// Number of channels at a rate.
std::size_t lyon_channels(double rate_hz, const LyonDesign& design);

/// Firing rates of the auditory nerve, ≥ 0, mostly below 4e-4, [step][channel]. A step is `decimation` samples;
/// remaining samples are dropped.
Grid lyon_passive_ear(std::span<const float> samples, double rate_hz, std::uint32_t decimation,
                      const LyonDesign& design);

}  // namespace hetsyn::tasks
