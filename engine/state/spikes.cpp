#include "state/spikes.hpp"

#include <algorithm>

namespace hetsyn {
namespace {

/// Sorts each channel if necessary, and removes repeated events.
void sort_and_merge(SpikeTrain& train) {
  std::uint32_t kept = 0;
  std::uint32_t begin = 0;
  for (std::size_t i = 0; i < train.channels(); ++i) {
    const std::uint32_t end = train.offsets[i + 1];
    const auto first = train.steps.begin() + begin;
    const auto last = train.steps.begin() + end;
    if (!std::is_sorted(first, last)) std::sort(first, last);
    const std::uint32_t start = kept;
    for (std::uint32_t e = begin; e < end; ++e) {
      if (kept == start || train.steps[kept - 1] != train.steps[e]) train.steps[kept++] = train.steps[e];
    }
    train.offsets[i + 1] = kept;
    begin = end;
  }
  train.steps.resize(kept);
}

}  // namespace

SpikeTrain sorted_spike_train(std::span<const std::uint32_t> event_input, std::span<const std::uint32_t> event_step,
                              std::size_t inputs) {
  SpikeTrain train;
  // At first offsets[i + 2] is the number of events of channel i. After the sums, offsets[i + 1] is the position for
  // its next event, and in the end the beginning of channel i + 1.
  train.offsets.assign(inputs + 2, 0);
  for (const std::uint32_t input : event_input) ++train.offsets[input + 2];
  for (std::size_t i = 2; i < train.offsets.size(); ++i) train.offsets[i] += train.offsets[i - 1];
  train.steps.resize(event_input.size());
  for (std::size_t e = 0; e < event_input.size(); ++e) {
    train.steps[train.offsets[event_input[e] + 1]++] = event_step[e];
  }
  train.offsets.pop_back();
  sort_and_merge(train);
  return train;
}

}  // namespace hetsyn
