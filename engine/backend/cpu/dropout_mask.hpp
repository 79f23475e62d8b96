#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "base/philox.hpp"

/// Dropout masks of a sample and population as spike patterns: dropout_bits() of backend/dropout.hpp for a strip of
/// neurons at a time. tests/backend compares every draw of the two.
namespace hetsyn::cpu::HETSYN_ISA {

/// Draws for a strip of counters.
using PhiloxStrip = PhiloxBlock<WordVec>;

/// High and low words of a · factor.
struct MultiplyStripWide {
  HETSYN_HD void operator()(WordVec a, std::uint32_t factor, WordVec& high, WordVec& low) const {
    const WordVec factors = WordVec{} + factor;
    const LongVec even = multiply_even(a, factors);
    const LongVec odd = multiply_even(reinterpret_cast<WordVec>(reinterpret_cast<LongVec>(a) >> 32), factors);
    constexpr std::uint64_t kHighHalf = 0xFFFFFFFF00000000U;
    low = reinterpret_cast<WordVec>((even & ~kHighHalf) | (odd << 32));
    high = reinterpret_cast<WordVec>((even >> 32) | (odd & kHighHalf));
  }
};

/// The patterns of a strip and block: bit m of a lane is set if the spike at step m is kept.
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
                  BlockRange blocks, std::size_t stride, std::uint8_t* keep) {
  WordVec lane{};
  for (std::size_t l = 0; l < kLanes; ++l) lane[l] = static_cast<std::uint32_t>(l);
  const auto pass = static_cast<std::uint32_t>(key.pass) ^ DropoutKey::kTag;
  for (std::size_t block = blocks.begin; block < blocks.end; ++block) {
    for (std::size_t first = 0; first < stride; first += kLanes) {
      const WordVec neuron = lane + static_cast<std::uint32_t>(first);
      const PhiloxStrip counters{{WordVec{} + (key.first_sample + sample),
                                  WordVec{} + static_cast<std::uint32_t>(block), (neuron << 8) | population,
                                  WordVec{} + pass}};
      const PhiloxKey seed{{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)}};
      const PhiloxStrip draws = philox_rounds(counters, seed, MultiplyStripWide{});
      const WordVec pattern = keep_pattern(draws, threshold);
      for (std::size_t l = 0; l < kLanes; ++l) {
        keep[(block - blocks.begin) * stride + first + l] = static_cast<std::uint8_t>(pattern[l]);
      }
    }
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
