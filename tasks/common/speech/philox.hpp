#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "common/speech/lanes.hpp"

namespace hetsyn::tasks {

using LaneBits = std::array<std::uint32_t, kLanes>;

/// Counter-based random numbers, Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC 2011), for a lane each: a draw is a
/// pure function of key, stream, lane and block, whatever the order and the thread.
struct LanePhilox {
  std::uint64_t key = 0;     ///< the seed
  std::uint64_t stream = 0;  ///< what the numbers are for
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
    auto key0 = static_cast<std::uint32_t>(key), key1 = static_cast<std::uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * c[0][lane];
        const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * c[2][lane];
        c[0][lane] = static_cast<std::uint32_t>(p1 >> 32) ^ c[1][lane] ^ key0;
        c[2][lane] = static_cast<std::uint32_t>(p0 >> 32) ^ c[3][lane] ^ key1;
        c[1][lane] = static_cast<std::uint32_t>(p1);
        c[3][lane] = static_cast<std::uint32_t>(p0);
      }
      key0 += 0x9E3779B9U;
      key1 += 0xBB67AE85U;
    }
    return c;
  }
};

}  // namespace hetsyn::tasks
