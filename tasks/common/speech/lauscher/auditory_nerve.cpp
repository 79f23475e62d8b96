#include "common/speech/lauscher/auditory_nerve.hpp"

#include <algorithm>
#include <cmath>

namespace hetsyn::tasks {
namespace {

/// base^exponent for whole exponents 0 … 63, by squaring.
inline float power(float base, std::int32_t exponent) {
  float result = 1.0F;
  for (std::int32_t bit = 1; bit < 64; bit *= 2) {
    result *= (exponent & bit) != 0 ? base : 1.0F;
    base *= base;
  }
  return result;
}

/// Numbers of successes in `available` trials of probability `probability`, by inversion: the smallest n whose
/// cumulative probability is above a uniform number.
inline void draw_binomial(Lanes& probability, const Lanes& available, const LaneBits& bits) {
  Lanes uniform, term, odds, cumulative, drawn{};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    uniform[lane] = static_cast<float>(static_cast<std::int32_t>(bits[lane] >> 8)) * 0x1p-24F;
    const float miss = 1.0F - probability[lane];
    odds[lane] = probability[lane] / miss;
    term[lane] = power(miss, static_cast<std::int32_t>(available[lane]));
    cumulative[lane] = term[lane];
  }
  std::int32_t any = 1;
  for (std::uint32_t n = 1; n <= kFibres && any != 0; ++n) {
    const auto trial = static_cast<float>(n);
    const float inverse = 1.0F / trial;
    any = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      // not &&: a branch would keep the loop from becoming vector instructions
      const std::int32_t more = int{uniform[lane] >= cumulative[lane]} & int{available[lane] >= trial};
      any |= more;
      drawn[lane] += static_cast<float>(more);
      term[lane] *= odds[lane] * (available[lane] - trial + 1.0F) * inverse;
      cumulative[lane] += term[lane];
    }
  }
  probability = drawn;
}

}  // namespace

HETSYN_VECTOR_CLONES
void draw_fibre_spikes(LaneSeries& probability, double step_s, const LanePhilox& random) {
  // A fibre may spike again `refractory` steps after a spike.
  const auto refractory = static_cast<std::size_t>(std::lround(kFibreRefractory / step_s));
  Lanes available;
  available.fill(kFibres);
  std::array<LaneBits, 4> bits;
  for (std::size_t step = 0; step < probability.size(); ++step) {
    if (step % 4 == 0) bits = random(static_cast<std::uint32_t>(step / 4));
    for (std::size_t lane = 0; lane < kLanes && step >= refractory; ++lane) {
      available[lane] += probability[step - refractory][lane];
    }
    Lanes& spikes = probability[step];
    draw_binomial(spikes, available, bits[step % 4]);
    for (std::size_t lane = 0; lane < kLanes; ++lane) available[lane] -= spikes[lane];
  }
}

}  // namespace hetsyn::tasks
