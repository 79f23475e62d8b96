#include "backend/cuda/kernels/neurons.hpp"
#include "backend/cuda/kernels/simt.hpp"
#include "backend/dropout.hpp"

namespace hetsyn::cuda {
namespace {

constexpr unsigned kThreads = 128;
constexpr unsigned kDraws = 8;  // steps of one call of dropout_bits()

/// A thread computes a word: 32 steps of a neuron of one sample.
HETSYN_KERNEL dropout_kernel(DropoutMask mask, unsigned neurons, BatchShape shape, std::uint32_t* keep) {
  const std::size_t at = std::size_t{blockIdx.x} * kThreads + threadIdx.x;
  if (at >= shape.word_row(shape.samples, 0) * neurons) return;
  const auto neuron = static_cast<std::uint32_t>(at % neurons);
  const auto word = static_cast<std::uint32_t>(at / neurons % shape.words());
  const auto sample = static_cast<std::uint32_t>(at / neurons / shape.words());
  const DropoutKey key{.seed = mask.seed, .pass = mask.pass, .first_sample = mask.first_sample};
  std::uint32_t bits = 0;
  for (unsigned part = 0; part < kWordSteps / kDraws; ++part) {
    const Philox4 draws = dropout_bits(key, mask.population, sample, word * (kWordSteps / kDraws) + part, neuron);
    HETSYN_UNROLL
    for (unsigned k = 0; k < kDraws; ++k) {
      const std::uint32_t draw = k % 2 == 0 ? draws.v[k / 2] & 0xFFFFU : draws.v[k / 2] >> 16;
      bits |= (draw >= mask.threshold ? 1U : 0U) << (part * kDraws + k);
    }
  }
  keep[at] = bits;
}

}  // namespace

void draw_dropout(const DropoutMask& mask, unsigned neurons, const BatchShape& shape, std::uint32_t* keep,
                  Stream& stream) {
  const std::size_t words = shape.word_row(shape.samples, 0) * neurons;
  launch(&dropout_kernel, {.grid = {static_cast<unsigned>((words + kThreads - 1) / kThreads)}, .block = {kThreads}},
         stream, mask, neurons, shape, keep);
}

}  // namespace hetsyn::cuda
