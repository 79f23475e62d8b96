#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"

/// Dropout masks of one sample and population as spike patterns: dropout_bits() of backend/dropout.hpp for a strip of
/// neurons at once. tests/backend compares the two draw by draw.
namespace hetsyn::cpu::HETSYN_ISA {

/// Philox4x32-10 (core/rng.hpp) on a strip of counters with one key.
struct PhiloxStrip {
  WordVec v[4];
};

/// High and low words of a · factor.
HETSYN_HD void multiply_wide(WordVec a, std::uint32_t factor, WordVec& high, WordVec& low) {
  const WordVec factors = WordVec{} + factor;
  const LongVec even = multiply_even(a, factors);
  const LongVec odd = multiply_even(reinterpret_cast<WordVec>(reinterpret_cast<LongVec>(a) >> 32), factors);
  constexpr std::uint64_t kHighHalf = 0xFFFFFFFF00000000U;
  low = reinterpret_cast<WordVec>((even & ~kHighHalf) | (odd << 32));
  high = reinterpret_cast<WordVec>((even >> 32) | (odd & kHighHalf));
}

HETSYN_HD PhiloxStrip philox_strip(PhiloxStrip counter, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    WordVec high0, low0, high1, low1;
    multiply_wide(counter.v[0], 0xD2511F53U, high0, low0);
    multiply_wide(counter.v[2], 0xCD9E8D57U, high1, low1);
    counter = {{high1 ^ counter.v[1] ^ key0, low1, high0 ^ counter.v[3] ^ key1, low0}};
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  return counter;
}

/// Patterns of one strip and block: bit m of a lane is set where the spike at step m is kept.
HETSYN_HD WordVec keep_pattern(const PhiloxStrip& draws, std::uint32_t threshold) {
  WordVec pattern{};
#pragma GCC unroll 4
  for (int word = 0; word < 4; ++word) {
    pattern |= (reinterpret_cast<WordVec>((draws.v[word] & 0xFFFFU) >= threshold) & 1U) << (2 * word);
    pattern |= (reinterpret_cast<WordVec>((draws.v[word] >> 16) >= threshold) & 1U) << (2 * word + 1);
  }
  return pattern;
}

void dropout_keep(const DropoutKey& key, std::uint32_t population, std::uint32_t sample, std::uint32_t threshold,
                  const TimeShape& time, std::size_t stride, std::uint8_t* keep) {
  WordVec lane{};
  for (std::size_t l = 0; l < kLanes; ++l) lane[l] = static_cast<std::uint32_t>(l);
  const auto pass = static_cast<std::uint32_t>(key.pass) ^ 0x64726F70U;
  for (std::size_t block = 0; block < time.blocks; ++block) {
    for (std::size_t first = 0; first < stride; first += kLanes) {
      const WordVec neuron = lane + static_cast<std::uint32_t>(first);
      const PhiloxStrip draws =
          philox_strip({{WordVec{} + (key.first_sample + sample), WordVec{} + static_cast<std::uint32_t>(block),
                         (neuron << 8) | population, WordVec{} + pass}},
                       static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32));
      const WordVec pattern = keep_pattern(draws, threshold);
      for (std::size_t l = 0; l < kLanes; ++l) {
        keep[block * stride + first + l] = static_cast<std::uint8_t>(pattern[l]);
      }
    }
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
