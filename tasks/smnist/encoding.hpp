#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace hetsyn::tasks {

inline constexpr std::uint32_t kGreyThresholds = 40;
inline constexpr std::uint32_t kCrossingChannels = 2 * kGreyThresholds;

/// The grey value θ_k = 255 (k + ½) / 40 of threshold k < 40.
constexpr double grey_threshold(std::uint32_t k) { return 255.0 * (k + 0.5) / kGreyThresholds; }

/// Threshold crossings of an image, pixel by pixel: calls emit(channel, step) if the grey value crosses θ_k from the
/// previous pixel (0 before the first), on channel k upwards and channel 40 + k downwards. The 80 inputs follow Bellec
/// et al., "Long short-term memory and learning-to-learn in networks of spiking neurons", NeurIPS 2018, which does not
/// state the thresholds.
template <class Emit>
void threshold_crossings(std::span<const std::uint8_t> pixels, Emit&& emit) {
  double before = 0.0;
  for (std::size_t t = 0; t < pixels.size(); ++t) {
    const double now = pixels[t];
    for (std::uint32_t k = 0; k < kGreyThresholds; ++k) {
      const bool was_above = before >= grey_threshold(k);
      const bool is_above = now >= grey_threshold(k);
      if (was_above != is_above) emit(is_above ? k : kGreyThresholds + k, static_cast<std::uint32_t>(t));
    }
    before = now;
  }
}

}  // namespace hetsyn::tasks
