#include "common/speech/threshold_crossing/mel.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <kissfft/kissfft.hh>
#include <numbers>
#include <vector>

namespace hetsyn::tasks {
namespace {

/// Periodic, so that windows half a length apart add up to a constant.
std::vector<float> hann_window(std::size_t length) {
  std::vector<float> window(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double phase = 2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(length);
    window[i] = static_cast<float>(0.5 - 0.5 * std::cos(phase));
  }
  return window;
}

/// The samples around `centre` times the window; zero beyond both ends.
void cut_out(std::span<const float> samples, std::size_t centre, std::span<const float> window, std::span<float> out) {
  const std::size_t half = window.size() / 2;
  for (std::size_t i = 0; i < window.size(); ++i) {
    const bool inside = centre + i >= half && centre + i - half < samples.size();
    out[i] = inside ? window[i] * samples[centre + i - half] : 0.0F;
  }
}

double mel(double hz) { return 2595.0 * std::log10(1.0 + hz / 700.0); }
double hz_of_mel(double m) { return 700.0 * (std::pow(10.0, m / 2595.0) - 1.0); }

}  // namespace

Grid power_spectrogram(std::span<const float> samples, std::size_t window, std::size_t hop) {
  const std::vector<float> hann = hann_window(window);
  const std::size_t half = window / 2;
  const kissfft<float> transform(half, false);
  std::vector<float> frame(window);
  std::vector<std::complex<float>> spectrum(half);
  Grid power((samples.size() + hop - 1) / hop, half + 1);
  for (std::size_t step = 0; step < power.rows; ++step) {
    cut_out(samples, step * hop, hann, frame);
    transform.transform_real(frame.data(), spectrum.data());
    const std::span<float> out = power.row(step);
    // The first element contains two real values: bin 0 and bin window/2.
    out[0] = spectrum[0].real() * spectrum[0].real();
    out[half] = spectrum[0].imag() * spectrum[0].imag();
    for (std::size_t bin = 1; bin < half; ++bin) out[bin] = std::norm(spectrum[bin]);
  }
  return power;
}

Grid mel_filters(std::size_t channels, std::size_t window, double rate_hz, double low_hz, double high_hz) {
  std::vector<double> corner_hz(channels + 2);
  const double spacing = (mel(high_hz) - mel(low_hz)) / static_cast<double>(channels + 1);
  for (std::size_t i = 0; i < corner_hz.size(); ++i) {
    corner_hz[i] = hz_of_mel(mel(low_hz) + spacing * static_cast<double>(i));
  }
  Grid filters(channels, window / 2 + 1);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const double left = corner_hz[channel], peak = corner_hz[channel + 1], right = corner_hz[channel + 2];
    for (std::size_t bin = 0; bin < filters.columns; ++bin) {
      const double hz = static_cast<double>(bin) * rate_hz / static_cast<double>(window);
      const double weight = std::min((hz - left) / (peak - left), (right - hz) / (right - peak));
      filters.row(channel)[bin] = static_cast<float>(std::max(weight, 0.0));
    }
  }
  return filters;
}

Grid apply_filters(const Grid& spectrogram, const Grid& filters) {
  Grid out(spectrogram.rows, filters.rows);
  for (std::size_t step = 0; step < out.rows; ++step) {
    const std::span<const float> spectrum = spectrogram.row(step);
    for (std::size_t channel = 0; channel < out.columns; ++channel) {
      const std::span<const float> weights = filters.row(channel);
      float sum = 0.0F;
      for (std::size_t bin = 0; bin < spectrum.size(); ++bin) sum += weights[bin] * spectrum[bin];
      out.row(step)[channel] = sum;
    }
  }
  return out;
}

Grid smooth_over_steps(const Grid& series, double deviation_steps) {
  const auto reach = static_cast<std::size_t>(std::ceil(4.0 * deviation_steps));
  std::vector<float> weights(reach + 1);  // by distance
  for (std::size_t distance = 0; distance <= reach; ++distance) {
    const double z = static_cast<double>(distance) / deviation_steps;
    weights[distance] = static_cast<float>(std::exp(-0.5 * z * z));
  }
  Grid out(series.rows, series.columns);
  for (std::size_t step = 0; step < series.rows; ++step) {
    const std::size_t first = step - std::min(step, reach);
    const std::size_t last = std::min(step + reach, series.rows - 1);
    const std::span<float> sum = out.row(step);
    float weight_sum = 0.0F;
    for (std::size_t from = first; from <= last; ++from) {
      const float weight = weights[from < step ? step - from : from - step];
      weight_sum += weight;
      for (std::size_t channel = 0; channel < sum.size(); ++channel) sum[channel] += weight * series.row(from)[channel];
    }
    for (float& value : sum) value /= weight_sum;
  }
  return out;
}

}  // namespace hetsyn::tasks
