#include "backend/cpu/event_lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <hetsyn/exceptions.hpp>
#include <limits>

namespace hetsyn::cpu {
namespace {

/// The class of each pattern.
constexpr std::array<std::uint8_t, 256> kClassOfPattern = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned p = 1; p < 256; ++p) {
    classes[p] = std::has_single_bit(p) ? static_cast<std::uint8_t>(kSpikeAt0 + std::countr_zero(p))
                                        : static_cast<std::uint8_t>(kSeveral);
  }
  return classes;
}();

}  // namespace

void patterns_from_events(const SpikeTrain& spikes, std::size_t channels, std::size_t steps, Patterns& patterns) {
  if (spikes.channels() != channels) {
    throw DataError(
        fmt::format("a sample has {} channels where the network has {} inputs", spikes.channels(), channels));
  }
  patterns.assign((steps + kBlock - 1) / kBlock * channels, 0);
  for (std::size_t i = 0; i < channels; ++i) {
    for (std::uint32_t n = spikes.offsets[i]; n < spikes.offsets[i + 1]; ++n) {
      const std::size_t t = spikes.steps[n];
      if (t >= steps)
        throw DataError(fmt::format("a spike of channel {} at step {} lies outside {} steps", i, t, steps));
      patterns[t / kBlock * channels + i] |= static_cast<std::uint8_t>(1U << (t % kBlock));
    }
  }
}

void patterns_delayed(const Patterns& patterns, std::span<const std::uint8_t> before, std::size_t channels,
                      std::size_t blocks, std::size_t steps, Patterns& delayed) {
  delayed.resize(blocks * channels);
  const auto spike_before = [&](std::size_t channel) { return before.empty() ? 0U : unsigned{before[channel]}; };
  for (std::size_t n = 0; n < blocks * channels; ++n) {
    const unsigned carry = n >= channels ? patterns[n - channels] >> (kBlock - 1) : spike_before(n);
    delayed[n] = static_cast<std::uint8_t>((static_cast<unsigned>(patterns[n]) << 1) | carry);
  }
  if (steps % kBlock == 0) return;
  const auto inside = static_cast<std::uint8_t>((1U << (steps % kBlock)) - 1U);
  for (std::size_t n = (blocks - 1) * channels; n < blocks * channels; ++n) delayed[n] &= inside;
}

std::size_t chunk_size(std::size_t channels) {
  const std::size_t chunks = (channels + kChunk - 1) / kChunk;
  return (channels + chunks - 1) / chunks;
}

std::size_t chunk_count(std::size_t channels) {
  const std::size_t size = chunk_size(channels);
  return (channels + size - 1) / size;
}

void EventLists::build(const std::uint8_t* patterns, std::size_t channels, std::size_t stride, std::size_t blocks,
                       std::uint8_t* seen_before) {
  if (channels > std::numeric_limits<std::uint32_t>::max() / blocks) {
    throw DataError(
        fmt::format("a sample of {} channels and {} steps has more entries in its lists of events than 2^32: "
                    "expected a shorter one, or fewer channels",
                    channels, blocks * kBlock));
  }
  channels_ = channels;
  blocks_ = blocks;
  chunk_size_ = chunk_size(channels);
  chunks_ = chunk_count(channels);
  each_array(channels, blocks, ResizeArrays{});
  pattern_.clear();
  std::vector<std::uint8_t> none_seen(seen_before == nullptr ? channels : 0, 0);
  std::uint8_t* const all_seen = seen_before == nullptr ? none_seen.data() : seen_before;
  std::array<std::uint8_t, kChunk> active{};  // channels with a spike in the block
  std::uint32_t end = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t chunk = 0; chunk < chunks_; ++chunk) {
      const std::size_t first = chunk * chunk_size_;
      const std::size_t count = std::min(chunk_size_, channels - first);
      const std::uint8_t* const p = patterns + block * stride + first;
      std::uint8_t* const seen = all_seen + first;
      // Most channels are quiet. Their list comes first, so it can be written before the lengths of the others are
      // known.
      std::uint8_t* const quiet = index_.data() + end;
      std::uint32_t quiets = 0;
      std::size_t actives = 0;
      for (std::size_t i = 0; i < count; ++i) {
        seen[i] |= p[i];
        quiet[quiets] = static_cast<std::uint8_t>(i);
        quiets += static_cast<std::uint32_t>(seen[i] != 0 && p[i] == 0);
        active[actives] = static_cast<std::uint8_t>(i);
        actives += static_cast<std::size_t>(p[i] != 0);
      }
      std::array<std::uint32_t, kListClasses> next{quiets};
      for (std::size_t n = 0; n < actives; ++n) ++next[kClassOfPattern[p[active[n]]]];
      std::uint32_t* const offsets = offset_.data() + (block * chunks_ + chunk) * kOffsets;
      for (std::size_t c = 0; c < kListClasses; ++c) {
        offsets[c] = end;
        end += next[c];
        next[c] = offsets[c];
      }
      offsets[kListClasses] = end;
      offsets[kListClasses + 1] = static_cast<std::uint32_t>(pattern_.size());
      for (std::size_t n = 0; n < actives; ++n) {
        const std::uint8_t pattern = p[active[n]];
        const std::uint8_t list = kClassOfPattern[pattern];
        index_[next[list]++] = active[n];
        if (list == kSeveral) pattern_.push_back(pattern);
      }
    }
  }
  index_.resize(end);
}

EventListView EventLists::view() const {
  return {index_.data(), pattern_.data(), offset_.data(), blocks_, chunks_, chunk_size_, channels_};
}

void EventLists::shrink() {
  index_.shrink_to_fit();
  pattern_.shrink_to_fit();
}

std::size_t EventLists::bytes() const {
  return index_.capacity() + pattern_.capacity() + offset_.capacity() * sizeof(std::uint32_t);
}

}  // namespace hetsyn::cpu
