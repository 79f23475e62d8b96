#pragma once
#include <cstddef>
#include <span>

#include "common/speech/grid.hpp"

/// Short-time spectra and the Mel scale.
namespace hetsyn::tasks {

/// Power spectra of overlapping Hann windows, [step][bin], bin = 0 … window/2. The window of step k is centred on
/// sample k · hop; samples before the first and after the last one count as zero. `window` must be even.
Grid power_spectrogram(std::span<const float> samples, std::size_t window, std::size_t hop);

/// Triangular filters of unit height, [channel][bin], whose corners are spaced evenly on the Mel scale,
/// m = 2595 log10(1 + f/700 Hz) (O'Shaughnessy, 1987), from `low_hz` to `high_hz`; bins as in power_spectrogram().
Grid mel_filters(std::size_t channels, std::size_t window, double rate_hz, double low_hz, double high_hz);

/// Applies the filters to a spectrogram, [step][channel].
Grid apply_filters(const Grid& spectrogram, const Grid& filters);

/// Convolves each channel over the steps with a Gaussian of the given standard deviation, cut off at four of them. Near
/// the ends the weights of the existing steps are scaled to a sum of one.
Grid smooth_over_steps(const Grid& series, double deviation_steps);

}  // namespace hetsyn::tasks
