#include "common/speech/lyon_bsa/lyon.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace hetsyn::tasks {
namespace {

// The report's constants; frequencies in Hz.
constexpr double kBreak = 1'000.0;      // below it the bandwidths are constant, above it proportional to the frequency
constexpr double kZeroOffset = 1.5;     // of the zeros above the poles, in steps between channels
constexpr double kSharpness = 5.0;      // of the zeros, relative to the poles
constexpr double kPreemphasis = 300.0;  // corner of the outer ear's high-pass
constexpr double kDecimationFactor = 3.0;  // time constant of the low-pass before decimation, in steps
constexpr std::size_t kFrontFilters = 2;

struct GainControl {
  double target, time_s;
};
constexpr std::array<GainControl, 4> kGainControls{{{.0032, 0.64}, {.0016, 0.16}, {.0008, 0.04}, {.0004, 0.01}}};
constexpr double kLeastGain = 0.1;

/// 1 − e^{−1/(τ·rate)}: the weight of the new value in a first-order low-pass.
double share_of_new(double time_s, double rate_hz) { return 1.0 - std::exp(-1.0 / (time_s * rate_hz)); }

/// Polynomial 1 + c₁z⁻¹ + c₂z⁻² with a pair of complex zeros at a frequency and quality.
std::array<double, 2> resonance(double frequency_hz, double quality, double rate_hz) {
  const double turn = frequency_hz / rate_hz;
  const double radius = std::exp(-std::numbers::pi * turn / quality);
  const double angle = 2.0 * std::numbers::pi * turn * std::sqrt(1.0 - 1.0 / (4.0 * quality * quality));
  return {-2.0 * radius * std::cos(angle), radius * radius};
}

/// Scales a filter to a gain at one frequency.
Biquad with_gain(Biquad filter, double gain, double frequency_hz, double rate_hz) {
  const std::complex<double> z1 = std::polar(1.0, -2.0 * std::numbers::pi * frequency_hz / rate_hz), z2 = z1 * z1;
  const double now =
      std::abs((filter.b[0] + filter.b[1] * z1 + filter.b[2] * z2) / (1.0 + filter.a[0] * z1 + filter.a[1] * z2));
  for (double& coefficient : filter.b) coefficient *= gain / now;
  return filter;
}

double bandwidth(double frequency_hz, const LyonDesign& design) {
  return std::hypot(frequency_hz, kBreak) / design.ear_q;
}

/// Highest frequency that leaves room for the zeros of the first stage.
double top_frequency(double rate_hz, const LyonDesign& design) {
  const double nyquist = rate_hz / 2.0;
  return nyquist - bandwidth(nyquist, design) * design.step_factor * (kZeroOffset - 1.0);
}

/// Channels are evenly spaced in ∫ df / bandwidth(f) = ear_q · asinh(f / kBreak).
double position(double frequency_hz, const LyonDesign& design) {
  return design.ear_q * std::asinh(frequency_hz / kBreak) / design.step_factor;
}
double frequency_at(double place, const LyonDesign& design) {
  return kBreak * std::sinh(place * design.step_factor / design.ear_q);
}

Biquad stage(double frequency_hz, double gain, double rate_hz, const LyonDesign& design) {
  const double width = bandwidth(frequency_hz, design);
  const double zero_hz = frequency_hz + width * design.step_factor * kZeroOffset;
  const auto zeros = resonance(zero_hz, kSharpness * zero_hz / width, rate_hz);
  return with_gain({{1.0, zeros[0], zeros[1]}, resonance(frequency_hz, frequency_hz / width, rate_hz)}, gain, 0.0,
                   rate_hz);
}

/// Runs filters on one sample each (transposed direct form II).
class FilterBank {
 public:
  explicit FilterBank(std::vector<Biquad> filters) : filters_(std::move(filters)), state_(filters_.size()) {}

  /// The input of filter i is the output of filter i − 1.
  void cascade(double input, std::span<double> output) {
    for (std::size_t i = 0; i < filters_.size(); ++i) input = output[i] = run(i, input);
  }
  /// Each filter has its own input, which is replaced.
  void side_by_side(std::span<double> values) {
    for (std::size_t i = 0; i < filters_.size(); ++i) values[i] = run(i, values[i]);
  }

 private:
  double run(std::size_t i, double x) {
    const Biquad& filter = filters_[i];
    auto& [s0, s1] = state_[i];
    const double y = filter.b[0] * x + s0;
    s0 = filter.b[1] * x - filter.a[0] * y + s1;
    s1 = filter.b[2] * x - filter.a[1] * y;
    return y;
  }

  std::vector<Biquad> filters_;
  std::vector<std::array<double, 2>> state_;
};

/// One stage of gain control: the state of a channel follows its output and the states of its neighbours.
class GainStage {
 public:
  GainStage(const GainControl& control, std::size_t channels, double rate_hz)
      : share_(share_of_new(control.time_s, rate_hz)), target_(control.target), state_(channels) {}

  void run(std::span<double> values) {
    double left = state_.front();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double own = state_[i], right = state_[std::min(i + 1, values.size() - 1)];
      values[i] = std::abs(values[i] * (1.0 - own));
      const double next = values[i] * share_ / target_ + (1.0 - share_) / 3.0 * (left + own + right);
      state_[i] = std::min(next, 1.0 - kLeastGain);
      left = own;
    }
  }

 private:
  double share_, target_;
  std::vector<double> state_;
};

/// The difference of each channel to the next higher one, if it is positive: sharpens the channels.
void differentiate(std::span<double> values) {
  for (std::size_t i = values.size() - 1; i > 0; --i) values[i] = std::max(values[i - 1] - values[i], 0.0);
}

/// Twice the same first-order low-pass, delayed by two samples.
Biquad decimation_filter(double rate_hz, std::uint32_t decimation) {
  const double keep = 1.0 - share_of_new(kDecimationFactor * decimation / rate_hz, rate_hz);
  return with_gain({{0.0, 0.0, 1.0}, {-2.0 * keep, keep * keep}}, 1.0, 0.0, rate_hz);
}

}  // namespace

std::size_t lyon_channels(double rate_hz, const LyonDesign& design) {
  // The lowest frequency whose stage still has a resonance: quality 1/2.
  const double lowest = kBreak / std::sqrt(4.0 * design.ear_q * design.ear_q - 1.0);
  return static_cast<std::size_t>(position(top_frequency(rate_hz, design), design) - position(lowest, design));
}

std::vector<Biquad> lyon_filters(double rate_hz, const LyonDesign& design) {
  const double top_hz = top_frequency(rate_hz, design);
  const double top_place = position(top_hz, design);
  std::vector<double> frequency_hz(lyon_channels(rate_hz, design));
  for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
    frequency_hz[i] = frequency_at(top_place - static_cast<double>(i + 1), design);
  }
  const double first_quality = frequency_hz.front() / bandwidth(frequency_hz.front(), design);
  std::vector<Biquad> filters{
      with_gain({{0.0, 1.0, -std::exp(-2.0 * std::numbers::pi * kPreemphasis / rate_hz)}, {}}, 1.0, rate_hz / 4.0,
                rate_hz),
      with_gain({{1.0, 0.0, -1.0}, resonance(top_hz, first_quality, rate_hz)}, 1.0, rate_hz / 4.0, rate_hz)};
  for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
    const std::size_t lower = std::max<std::size_t>(i, 1);
    filters.push_back(stage(frequency_hz[i], frequency_hz[lower - 1] / frequency_hz[lower], rate_hz, design));
  }
  return filters;
}

Grid lyon_passive_ear(std::span<const float> samples, double rate_hz, std::uint32_t decimation,
                      const LyonDesign& design) {
  std::vector<Biquad> filters = lyon_filters(rate_hz, design);
  std::vector<double> values(filters.size());
  FilterBank cochlea(std::move(filters));
  FilterBank decimator(std::vector<Biquad>(values.size(), decimation_filter(rate_hz, decimation)));
  std::vector<GainStage> gains;
  gains.reserve(kGainControls.size());
  for (const GainControl& control : kGainControls) gains.emplace_back(control, values.size(), rate_hz);
  Grid out(samples.size() / decimation, values.size() - kFrontFilters);
  for (std::size_t i = 0; i < out.rows * decimation; ++i) {
    cochlea.cascade(static_cast<double>(samples[i]), values);
    for (double& value : values) value = std::max(value, 0.0);
    std::fill_n(values.begin(), kFrontFilters, 0.0);  // the filters of the outer ear are not channels
    for (GainStage& gain : gains) gain.run(values);
    differentiate(values);
    if (decimation > 1) decimator.side_by_side(values);
    if (i % decimation != decimation - 1) continue;
    std::ranges::transform(std::span(values).subspan(kFrontFilters), out.row(i / decimation).begin(),
                           [](double value) { return static_cast<float>(value); });
  }
  return out;
}

}  // namespace hetsyn::tasks
