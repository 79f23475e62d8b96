#pragma once
#include "backend/cuda/kernels/simt.hpp"
#include "backend/cuda/kernels/views.hpp"

/// For kernels: the input from one neuron or channel in the next kBlockSteps steps.
namespace hetsyn::cuda {

/// All lanes of a warp read the same bits, so that they take the same branch.
struct SpikeBlock {
  unsigned bits;  ///< step k at bit k
  float value;

  [[nodiscard]] HETSYN_DEVICE bool silent() const { return bits == 0; }
  [[nodiscard]] HETSYN_DEVICE float at(unsigned k) const { return (bits >> k & 1U) != 0 ? value : 0.0F; }
};

struct AnalogBlock {
  float x[kBlockSteps];

  [[nodiscard]] HETSYN_DEVICE bool silent() const { return false; }
  [[nodiscard]] HETSYN_DEVICE float at(unsigned k) const { return x[k]; }
};

/// The spikes of input i in word `word`.
HETSYN_DEVICE std::uint32_t arriving_word(const SpikeInput& input, const BatchShape& shape, unsigned pre,
                                          unsigned sample, unsigned word, unsigned i) {
  const std::size_t at = shape.word_row(sample, word) * pre + i;
  return input.keep == nullptr ? input.words[at] : input.words[at] & input.keep[at];
}

/// The input in steps first … first + 7; `first` is a multiple of 8.
HETSYN_DEVICE SpikeBlock input_block(const SpikeInput& input, const BatchShape& shape, unsigned pre, unsigned sample,
                                     unsigned first, unsigned i) {
  if (i >= pre) return {0, 0.0F};
  const unsigned word = first / kWordSteps;
  const unsigned shift = first % kWordSteps;
  const std::uint32_t now = arriving_word(input, shape, pre, sample, word, i);
  unsigned bits = now >> shift;
  if (input.delayed) {
    const unsigned before = word == 0 ? 0U : arriving_word(input, shape, pre, sample, word - 1, i) >> (kWordSteps - 1);
    bits = shift == 0 ? now << 1 | before : now >> (shift - 1);
  }
  return {bits & ((1U << kBlockSteps) - 1), input.value};
}

HETSYN_DEVICE AnalogBlock input_block(const AnalogInput& input, const BatchShape& shape, unsigned pre, unsigned sample,
                                      unsigned first, unsigned i) {
  AnalogBlock block;
  HETSYN_UNROLL
  for (unsigned k = 0; k < kBlockSteps; ++k) {
    const bool inside = i < pre && first + k < shape.steps;
    block.x[k] = inside ? input.values[shape.row(sample, first + k) * pre + i] : 0.0F;
  }
  return block;
}

}  // namespace hetsyn::cuda
