#pragma once
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>

/// Random numbers for tasks. The engine std::mt19937_64 is the same everywhere; the distributions of the standard
/// library are not, so the few that tasks need are written out here.
namespace hetsyn::sdk {

class Random {
 public:
  /// Streams with different words are independent: Random({seed, split, index}).
  Random(std::initializer_list<std::uint64_t> words) : engine_(mix(words)) {}

  std::uint64_t bits() { return engine_(); }
  /// Uniform in [0, 1), 53 random bits.
  double uniform01() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform01(); }
  /// Uniform integer in [0, n), n ≥ 1, without bias.
  std::uint64_t below(std::uint64_t n) {
    const std::uint64_t excess = (0 - n) % n;  // 2^64 mod n: draws under it would favour small results
    std::uint64_t draw = engine_();
    while (draw < excess) draw = engine_();
    return draw % n;
  }
  /// Standard normal (Box & Muller, 1958).
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform01()));
    return radius * std::cos(6.283185307179586 * uniform01());
  }

 private:
  /// Folds the words into one seed with the finaliser of SplitMix64 (Steele, Lea & Flood, 2014).
  static std::uint64_t mix(std::initializer_list<std::uint64_t> words) {
    std::uint64_t state = 0;
    for (const std::uint64_t word : words) {
      state = (state ^ word) + 0x9E3779B97F4A7C15u;
      state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9u;
      state = (state ^ (state >> 27)) * 0x94D049BB133111EBu;
      state ^= state >> 31;
    }
    return state;
  }

  std::mt19937_64 engine_;
};

}  // namespace hetsyn::sdk
