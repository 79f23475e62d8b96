#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/philox.hpp"
#include "common/speech/lauscher/lanes.hpp"

namespace hetsyn::tasks {

using LaneBits = std::array<std::uint32_t, kLanes>;

/// Philox for each lane: a draw is a pure function of key, stream, lane and block, independent of order and thread.
struct LanePhilox {
  std::uint64_t key = 0;     ///< the seed
  std::uint64_t stream = 0;  ///< what the numbers are used for
  std::uint32_t first = 0;   ///< number of the first lane

  /// 4 × 32 random bits per lane.
  [[nodiscard]] std::array<LaneBits, 4> operator()(std::uint32_t block) const {
    std::array<LaneBits, 4> c;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      c[0][lane] = block;
      c[1][lane] = first + static_cast<std::uint32_t>(lane);
      c[2][lane] = static_cast<std::uint32_t>(stream);
      c[3][lane] = static_cast<std::uint32_t>(stream >> 32);
    }
    PhiloxKey round_key{{static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)}};
    for (int round = 0; round < kPhiloxRounds; ++round) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const Philox4 next =
            philox_round(Philox4{{c[0][lane], c[1][lane], c[2][lane], c[3][lane]}}, round_key, MultiplyWide{});
        for (std::size_t word = 0; word < 4; ++word) c[word][lane] = next.v[word];
      }
      round_key.advance();
    }
    return c;
  }
};

}  // namespace hetsyn::tasks
