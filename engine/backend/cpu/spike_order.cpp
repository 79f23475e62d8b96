#include "backend/cpu/spike_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <hetsyn/exceptions.hpp>
#include <limits>
#include <numeric>

#include "backend/cpu/event_lists.hpp"

namespace hetsyn::cpu {
namespace {

/// Calls visit(channel, step) for every spike, in the order of blocks, channels and steps.
struct SpikesOfPatterns {
  const std::uint8_t* patterns;
  std::size_t channels, stride, blocks;

  template <class Visit>
  void operator()(Visit&& visit) const {
    static_assert(std::endian::native == std::endian::little, "the first channel is the lowest byte of a word");
    for (std::size_t block = 0; block < blocks; ++block) {
      for (std::size_t first = 0; first < channels; first += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;  // the patterns of eight channels
        std::memcpy(&word, patterns + block * stride + first, std::min(sizeof(word), channels - first));
        for (; word != 0; word &= word - 1) {
          const auto bit = static_cast<std::size_t>(std::countr_zero(word));
          visit(first + bit / kBlock, block * kBlock + bit % kBlock);
        }
      }
    }
  }
};

/// The same in the order of channels and steps.
struct SpikesOfTrain {
  const SpikeTrain& spikes;

  template <class Visit>
  void operator()(Visit&& visit) const {
    for (std::size_t i = 0; i < spikes.channels(); ++i) {
      for (std::uint32_t n = spikes.offsets[i]; n < spikes.offsets[i + 1]; ++n) visit(i, std::size_t{spikes.steps[n]});
    }
  }
};

/// Throws DataError if there may be more spikes than offsets of 32 bits count.
void check_count(std::size_t channels, std::size_t blocks) {
  if (channels <= std::numeric_limits<std::uint32_t>::max() / (blocks * kBlock)) return;
  throw DataError(
      fmt::format("a sample of {} channels and {} steps may have more spikes than 2^32: expected a shorter "
                  "one, or fewer channels",
                  channels, blocks * kBlock));
}

/// Replaces counts at [n + 1] by offsets at [n]; the last element is the total.
void to_offsets(std::vector<std::uint32_t>& counts) { std::partial_sum(counts.begin(), counts.end(), counts.begin()); }

}  // namespace

void SpikeOrder::build(const std::uint8_t* patterns, std::size_t channels, std::size_t stride, std::size_t blocks) {
  sort(channels, blocks, SpikesOfPatterns{patterns, channels, stride, blocks});
}

void SpikeOrder::build(const SpikeTrain& spikes, std::size_t channels, std::size_t steps) {
  check_spikes(spikes, channels, steps);
  sort(channels, (steps + kBlock - 1) / kBlock, SpikesOfTrain{spikes});
}

template <class ForSpikes>
void SpikeOrder::sort(std::size_t channels, std::size_t blocks, const ForSpikes& for_spikes) {
  check_count(channels, blocks);
  channels_ = channels;
  const auto row = [channels](std::size_t channel, std::size_t step) {
    return step / (kSpan * kBlock) * channels + channel;
  };
  step_offset_.assign(blocks * kBlock + 1, 0);
  channel_offset_.assign(span_count(blocks) * channels + 1, 0);
  for_spikes([&](std::size_t channel, std::size_t step) {
    ++step_offset_[step + 1];
    ++channel_offset_[row(channel, step) + 1];
  });
  to_offsets(step_offset_);
  to_offsets(channel_offset_);
  channel_.resize(step_offset_.back());
  step_.resize(step_offset_.back());
  std::vector<std::uint32_t> next_of_step(step_offset_.begin(), step_offset_.end() - 1);
  std::vector<std::uint32_t> next_of_channel(channel_offset_.begin(), channel_offset_.end() - 1);
  for_spikes([&](std::size_t channel, std::size_t step) {
    channel_[next_of_step[step]++] = static_cast<std::uint32_t>(channel);
    step_[next_of_channel[row(channel, step)]++] = static_cast<std::uint32_t>(step % (kSpan * kBlock));
  });
}

SpikeOrderView SpikeOrder::view() const {
  return {step_offset_.data(), channel_.data(), channel_offset_.data(), step_.data(), channels_};
}

void SpikeOrder::shrink() {
  channel_.shrink_to_fit();
  step_.shrink_to_fit();
}

std::size_t SpikeOrder::bytes() const {
  return (step_offset_.capacity() + channel_.capacity() + channel_offset_.capacity() + step_.capacity()) *
         sizeof(std::uint32_t);
}

}  // namespace hetsyn::cpu
