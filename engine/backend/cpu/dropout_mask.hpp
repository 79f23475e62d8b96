#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/dropout.hpp"

/// Dropout masks of one sample and population as spike patterns.
namespace hetsyn::cpu::HETSYN_ISA {

void dropout_keep(const DropoutKey& key, std::uint32_t population, std::uint32_t sample, std::uint32_t threshold,
                  const TimeShape& time, std::size_t stride, std::uint8_t* keep) {
  for (std::size_t n = 0; n < time.blocks * stride; ++n) keep[n] = 0;
  for (std::size_t t = 0; t < time.steps; ++t) {
    std::uint8_t* const row = keep + (t / kBlock) * stride;
    const unsigned bit = t % kBlock;
    for (std::size_t octet = 0; octet < stride / 8; ++octet) {
      const Philox4 bits =
          dropout_bits(key, population, sample, static_cast<std::uint32_t>(t), static_cast<std::uint32_t>(octet));
#pragma GCC unroll 4
      for (std::size_t word = 0; word < 4; ++word) {
        const unsigned low = (bits.v[word] & 0xFFFFU) >= threshold ? 1U : 0U;
        const unsigned high = (bits.v[word] >> 16) >= threshold ? 1U : 0U;
        row[octet * 8 + 2 * word] |= static_cast<std::uint8_t>(low << bit);
        row[octet * 8 + 2 * word + 1] |= static_cast<std::uint8_t>(high << bit);
      }
    }
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
