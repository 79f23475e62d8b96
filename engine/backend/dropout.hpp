#pragma once
#include <cmath>
#include <cstdint>

#include "backend/backend.hpp"
#include "core/rng.hpp"

/// Defines dropout masks for all backends: spikes to the next population are kept or dropped per sample, step and
/// neuron, and kept ones are scaled by 1/(1 − p).
namespace hetsyn {

/// A 16-bit draw keeps its spike if it is at least this; this rounds p to a multiple of 1/65536.
HETSYN_HD std::uint32_t dropout_threshold(double probability) {
  return static_cast<std::uint32_t>(std::lround(probability * 65536.0));
}

/// The value of a kept spike: 1/(1 − p) with the rounded p, so that the expectation is exact.
HETSYN_HD double dropout_scale(double probability) {
  return 65536.0 / (65536.0 - static_cast<double>(dropout_threshold(probability)));
}

/// The 8 draws (16 bits each, low half first) for steps 8·block … 8·block + 7 of one neuron of one sample.
HETSYN_HD Philox4 dropout_bits(const DropoutKey& key, std::uint32_t population, std::uint32_t sample,
                               std::uint32_t block, std::uint32_t neuron) {
  return philox4x32({{key.first_sample + sample, block, (neuron << 8) | population,
                      static_cast<std::uint32_t>(key.pass) ^ DropoutKey::kTag}},
                    static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32));
}

/// Whether a neuron keeps its spike in a step.
HETSYN_HD bool dropout_keeps(const DropoutKey& key, std::uint32_t population, std::uint32_t sample, std::uint32_t step,
                             std::uint32_t neuron, std::uint32_t threshold) {
  const Philox4 bits = dropout_bits(key, population, sample, step / 8, neuron);
  const std::uint32_t word = bits.v[(step % 8) / 2];
  return (step % 2 == 0 ? word & 0xFFFFU : word >> 16) >= threshold;
}

}  // namespace hetsyn
