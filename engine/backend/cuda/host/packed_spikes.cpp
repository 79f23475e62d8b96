#include "backend/cuda/host/packed_spikes.hpp"

#include <algorithm>

#include "backend/cuda/kernels/views.hpp"

namespace hetsyn::cuda {

std::size_t packed_size(std::size_t steps, std::size_t inputs) {
  return (steps + kWordSteps - 1) / kWordSteps * inputs;
}

void pack_spikes(const SpikeTrain& spikes, std::span<std::uint32_t> words) {
  std::ranges::fill(words, 0U);
  const std::size_t inputs = spikes.channels();
  for (std::size_t i = 0; i < inputs; ++i) {
    for (std::uint32_t e = spikes.offsets[i]; e < spikes.offsets[i + 1]; ++e) {
      const std::uint32_t step = spikes.steps[e];
      words[step / kWordSteps * inputs + i] |= 1U << step % kWordSteps;
    }
  }
}

void unpack_spikes(std::span<const std::uint32_t> words, std::size_t steps, std::size_t neurons,
                   std::span<float> spikes) {
  const std::size_t sample_words = packed_size(steps, neurons);
  const std::size_t samples = words.size() / sample_words;
  for (std::size_t row = 0; row < samples * steps; ++row) {
    const std::size_t t = row % steps;
    const std::uint32_t* const from = words.data() + row / steps * sample_words + t / kWordSteps * neurons;
    for (std::size_t j = 0; j < neurons; ++j) {
      spikes[row * neurons + j] = static_cast<float>(from[j] >> t % kWordSteps & 1U);
    }
  }
}

}  // namespace hetsyn::cuda
