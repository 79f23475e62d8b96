#include "common/speech/lauscher/membrane_motion.hpp"

#include <algorithm>
#include <array>
#include <kissfft/kissfft.hh>

namespace hetsyn::tasks {
namespace {

constexpr double kNegligibleEnergy = 1e-8;
// Bins represent 1 Hz to half the rate instead of 0 Hz to nearly that, as in the published data: the model has no 0 Hz.
constexpr double kLowestHz = 1.0;

/// The smallest length ≥ `least` without prime factors above 5, for which the Fourier transform is fast.
std::size_t fast_length(std::size_t least) {
  for (std::size_t length = std::max<std::size_t>(least, 1);; ++length) {
    std::size_t rest = length;
    for (const std::size_t factor : {2U, 3U, 5U}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1) return length;
  }
}

/// The number of leading bins that contain all but a negligible part of the energy.
std::size_t audible_bins(std::span<const std::complex<float>> spectrum) {
  double all = 0.0;
  for (const auto& bin : spectrum) all += static_cast<double>(std::norm(bin));
  double left_out = 0.0;
  std::size_t bins = spectrum.size();
  while (bins > 0) {
    left_out += static_cast<double>(std::norm(spectrum[bins - 1]));
    if (left_out > kNegligibleEnergy * all) break;
    --bins;
  }
  return bins;
}

constexpr std::size_t kPairs = kLanes / 2;
/// Complex series or their spectra; the real part of each series is that of one lane, the imaginary part that of the
/// lane kPairs further on. So one complex transform computes two real series.
using Pairs = std::array<std::vector<std::complex<float>>, kPairs>;

/// One-sided spectra of some consecutive bins, which fit into the first-level cache.
struct BinBlock {
  static constexpr std::size_t kBins = 64;
  std::array<Lanes, kBins> real, imaginary;
};

/// Adds `bins` bins from `first` on to the two-sided spectra of the pairs: Z = X + iY, and at the mirrored bin
/// conj(X) + i conj(Y), each half because both sides are there.
void add_bins(const BinBlock& block, std::size_t first, std::size_t bins, Pairs& pairs) {
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    std::vector<std::complex<float>>& spectrum = pairs[pair];
    for (std::size_t i = 0; i < bins; ++i) {
      const float x_re = 0.5F * block.real[i][pair], x_im = 0.5F * block.imaginary[i][pair];
      const float y_re = 0.5F * block.real[i][pair + kPairs], y_im = 0.5F * block.imaginary[i][pair + kPairs];
      spectrum[first + i] += std::complex<float>(x_re - y_im, x_im + y_re);
      spectrum[spectrum.size() - first - i] += std::complex<float>(x_re + y_im, y_re - x_im);
    }
  }
}

void transform_back(Pairs& pairs) {
  const std::size_t length = pairs[0].size();
  const kissfft<float> transform(length, true);
  std::vector<std::complex<float>> series(length);
  for (auto& pair : pairs) {
    transform.transform(pair.data(), series.data());
    pair.swap(series);
  }
}

LaneSeries unpack(const Pairs& pairs, std::size_t steps) {
  LaneSeries series(steps);
  for (std::size_t step = 0; step < steps; ++step) {
    for (std::size_t pair = 0; pair < kPairs; ++pair) {
      series[step][pair] = pairs[pair][step].real();
      series[step][pair + kPairs] = pairs[pair][step].imag();
    }
  }
  return series;
}

}  // namespace

MembraneMotion::MembraneMotion(std::span<const float> sound, double rate_hz, const MembraneBank& bank)
    : bank_(bank), steps_(sound.size() / 2 + 1), length_(fast_length(steps_)) {
  bin_hz_ = (0.5 * rate_hz - kLowestHz) / static_cast<double>(std::max<std::size_t>(length_, 2) - 1);
  std::vector<float> padded(2 * length_);
  std::ranges::copy(sound, padded.begin());
  spectrum_.resize(length_);
  kissfft<float>(length_, false).transform_real(padded.data(), spectrum_.data());
  spectrum_[0] = 0.0F;  // constant pressure moves nothing; the transform also stores another bin here
  spectrum_.resize(audible_bins(spectrum_));
  const float scale = 1.0F / static_cast<float>(length_);
  for (auto& bin : spectrum_) bin *= scale;
}

LaneSeries MembraneMotion::velocity(std::uint32_t first_unit) const {
  Pairs pairs;
  for (auto& pair : pairs) pair.resize(length_);
  BinBlock block;
  for (std::size_t first = 1; first < spectrum_.size(); first += BinBlock::kBins) {
    const std::size_t bins = std::min(BinBlock::kBins, spectrum_.size() - first);
    for (std::size_t i = 0; i < bins; ++i) {
      const double frequency_hz = kLowestHz + static_cast<double>(first + i) * bin_hz_;
      bank_.apply(frequency_hz, first_unit, spectrum_[first + i], block.real[i], block.imaginary[i]);
    }
    add_bins(block, first, bins, pairs);
  }
  transform_back(pairs);
  return unpack(pairs, steps_);
}

}  // namespace hetsyn::tasks
