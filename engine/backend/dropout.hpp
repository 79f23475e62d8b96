#pragma once
#include <cmath>
#include <cstdint>

#include "backend/backend.hpp"
#include "core/rng.hpp"

/// The definition of dropout masks, shared by all backends: spikes of a population are kept or lost per sample, step
/// and neuron on their way to the next population, and kept ones are scaled by 1/(1 − p).
namespace hetsyn {

/// A 16-bit draw keeps its spike where it is at least this; p is thereby rounded to 1/65536.
HETSYN_HD std::uint32_t dropout_threshold(double probability) {
  return static_cast<std::uint32_t>(probability * 65536.0 + 0.5);
}

/// Value of a kept spike: 1/(1 − p) with the rounded p, so that the expectation is exact.
HETSYN_HD double dropout_scale(double probability) {
  return 65536.0 / (65536.0 - static_cast<double>(dropout_threshold(probability)));
}

/// The 8 draws (16 bits each, low half first) for neurons 8q … 8q+7 of one population, sample and step.
HETSYN_HD Philox4 dropout_bits(const DropoutKey& key, std::uint32_t population, std::uint32_t sample,
                               std::uint32_t step, std::uint32_t octet) {
  const std::uint64_t index = (static_cast<std::uint64_t>(step) << 32) | (key.first_sample + sample);
  return philox4x32({{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                      (octet << 8) | population, static_cast<std::uint32_t>(key.pass) ^ 0x64726F70u}},
                    static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32));
}

/// Whether neuron `neuron` keeps its spike.
HETSYN_HD bool dropout_keeps(const DropoutKey& key, std::uint32_t population, std::uint32_t sample, std::uint32_t step,
                             std::uint32_t neuron, std::uint32_t threshold) {
  const Philox4 bits = dropout_bits(key, population, sample, step, neuron / 8);
  const std::uint32_t word = bits.v[(neuron % 8) / 2];
  return (neuron % 2 == 0 ? word & 0xFFFFu : word >> 16) >= threshold;
}

}  // namespace hetsyn
