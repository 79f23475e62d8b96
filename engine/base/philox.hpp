#pragma once
#include <cstdint>

#include "base/hd.hpp"

/// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011). Four words of 32 random bits are
/// a pure function of a counter and a key, so that CPU and GPU, any number of threads and a resumed run get the same
/// numbers.
namespace hetsyn {

/// `Word` is std::uint32_t, or a vector of them for as many counters with the same key.
template <class Word>
struct PhiloxBlock {
  Word v[4];
};
using Philox4 = PhiloxBlock<std::uint32_t>;

/// High and low words of a · factor.
struct MultiplyWide {
  HETSYN_HD void operator()(std::uint32_t a, std::uint32_t factor, std::uint32_t& high, std::uint32_t& low) const {
    const std::uint64_t product = std::uint64_t{a} * factor;
    high = static_cast<std::uint32_t>(product >> 32);
    low = static_cast<std::uint32_t>(product);
  }
};

inline constexpr int kPhiloxRounds = 10;

struct PhiloxKey {
  std::uint32_t v[2];
  /// Called after each round.
  HETSYN_HD void advance() {
    v[0] += 0x9E3779B9U;
    v[1] += 0xBB67AE85U;
  }
};

/// `multiply_wide` is a MultiplyWide for the type of the words.
template <class Word, class Multiply>
HETSYN_HD PhiloxBlock<Word> philox_round(const PhiloxBlock<Word>& counter, const PhiloxKey& key,
                                         const Multiply& multiply_wide) {
  Word high0, low0, high1, low1;
  multiply_wide(counter.v[0], 0xD2511F53U, high0, low0);
  multiply_wide(counter.v[2], 0xCD9E8D57U, high1, low1);
  return {{high1 ^ counter.v[1] ^ key.v[0], low1, high0 ^ counter.v[3] ^ key.v[1], low0}};
}

template <class Word, class Multiply>
HETSYN_HD PhiloxBlock<Word> philox_rounds(PhiloxBlock<Word> counter, PhiloxKey key, const Multiply& multiply_wide) {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    counter = philox_round(counter, key, multiply_wide);
    key.advance();
  }
  return counter;
}

HETSYN_HD Philox4 philox4x32(const Philox4& counter, std::uint32_t key0, std::uint32_t key1) {
  return philox_rounds(counter, PhiloxKey{{key0, key1}}, MultiplyWide{});
}

}  // namespace hetsyn
