#pragma once
#include <cmath>
#include <cstdint>

#include "base/philox.hpp"

/// The random numbers of the engine: a draw is a pure function of (seed, purpose, substream, index).
namespace hetsyn {

/// What a stream of random numbers is used for. Two purposes never have the same numbers; DropoutKey::kTag separates
/// the numbers of dropout from all of these.
enum class RandomPurpose : std::uint32_t {
  initial_weights = 1,
  initial_decays = 2,
  decay_mask = 3,
  shuffle = 5,
  sample = 6,
  perturbation = 7,
  validation_split = 8,
  augmentation = 9,
  sweep_axis = 10,
  test = 99
};

/// 4 × 32 random bits for one (seed, purpose, substream, index).
HETSYN_HD Philox4 random_bits(std::uint64_t seed, RandomPurpose purpose, std::uint32_t substream, std::uint64_t index) {
  return philox4x32({{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), substream,
                      static_cast<std::uint32_t>(purpose)}},
                    static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
}

/// A sequence of draws from one substream.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, RandomPurpose purpose, std::uint32_t substream = 0)
      : seed_(seed), purpose_(purpose), substream_(substream) {}

  std::uint32_t bits() {
    if (used_ == 4) {
      block_ = random_bits(seed_, purpose_, substream_, index_++);
      used_ = 0;
    }
    return block_.v[used_++];
  }
  std::uint64_t bits64() {
    const std::uint64_t high = bits();
    return (high << 32) | bits();
  }
  /// Uniform in [0, 1), 53 random bits.
  double uniform() { return static_cast<double>(bits64() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Standard normal (Box & Muller, 1958).
  double normal() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angle = 6.283185307179586 * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
  }
  /// Uniform integer in [0, n), n ≥ 1; the bias is at most n/2^32.
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>((std::uint64_t{bits()} * n) >> 32); }

 private:
  std::uint64_t seed_;
  std::uint64_t index_ = 0;
  RandomPurpose purpose_;
  std::uint32_t substream_;
  Philox4 block_{};
  int used_ = 4;
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace hetsyn
