#include "backend/cpu/event_lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <hetsyn/exceptions.hpp>
#include <limits>
#include <type_traits>

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

/// Bit i is set if byte i of the word is not 0.
unsigned nonzero_bytes(std::uint64_t word) {
  constexpr std::uint64_t kLow = 0x7F7F7F7F7F7F7F7F;
  const std::uint64_t highest = (((word & kLow) + kLow) | word) & ~kLow;
  return static_cast<unsigned>((highest * 0x0002040810204081) >> 56);
}

/// The set bits of each byte: their places in ascending order, as bytes of a word, and their number.
struct SetBits {
  std::uint64_t places = 0;
  std::size_t count = 0;
};
constexpr std::array<SetBits, 256> kSetBits = [] {
  std::array<SetBits, 256> set{};
  for (unsigned bits = 0; bits < set.size(); ++bits) {
    for (std::uint64_t place = 0; place < 8; ++place) {
      if ((bits >> place & 1U) != 0) set[bits].places |= place << (8 * set[bits].count++);
    }
  }
  return set;
}();

/// Channels of a chunk, in ascending order.
struct ChannelList {
  std::array<std::uint8_t, kChunk + sizeof(std::uint64_t)> channel;
  std::size_t count = 0;

  /// Appends first + i for each set bit i.
  void append(std::size_t first, unsigned bits) {
    const std::uint64_t channels = kSetBits[bits].places + first * 0x0101010101010101;
    std::memcpy(channel.data() + count, &channels, sizeof(channels));
    count += kSetBits[bits].count;
  }
};

/// Sorts `count` channels by their patterns in a block: quiet, or with a spike. Marks the latter in `seen`.
void split_channels(const std::uint8_t* patterns, std::uint8_t* seen, std::size_t count, ChannelList& quiet,
                    ChannelList& active) {
  static_assert(std::endian::native == std::endian::little, "the first channel is the lowest byte of a word");
  const auto split = [&](std::size_t first, auto size) __attribute__((always_inline)) {
    std::uint64_t now = 0, before = 0;  // of up to eight channels
    std::memcpy(&now, patterns + first, size);
    std::memcpy(&before, seen + first, size);
    before |= now;
    std::memcpy(seen + first, &before, size);
    const unsigned spikes = nonzero_bytes(now);
    quiet.append(first, nonzero_bytes(before) & ~spikes);
    if (spikes != 0) active.append(first, spikes);
  };
  constexpr std::integral_constant<std::size_t, sizeof(std::uint64_t)> kWord;
  std::size_t first = 0;
  for (; first + kWord <= count; first += kWord) split(first, kWord);
  if (first < count) split(first, count - first);
}

}  // namespace

void check_spikes(const SpikeTrain& spikes, std::size_t channels, std::size_t steps) {
  if (spikes.channels() != channels) {
    throw DataError(
        fmt::format("a sample has {} channels where the network has {} inputs", spikes.channels(), channels));
  }
  for (std::size_t i = 0; i < channels; ++i) {
    for (std::uint32_t n = spikes.offsets[i]; n < spikes.offsets[i + 1]; ++n) {
      if (spikes.steps[n] < steps) continue;
      throw DataError(fmt::format("a spike of channel {} at step {} lies outside {} steps", i, spikes.steps[n], steps));
    }
  }
}

void patterns_from_events(const SpikeTrain& spikes, std::size_t channels, std::size_t steps, Patterns& patterns) {
  check_spikes(spikes, channels, steps);
  patterns.assign((steps + kBlock - 1) / kBlock * channels, 0);
  for (std::size_t i = 0; i < channels; ++i) {
    for (std::uint32_t n = spikes.offsets[i]; n < spikes.offsets[i + 1]; ++n) {
      const std::size_t t = spikes.steps[n];
      patterns[t / kBlock * channels + i] |= static_cast<std::uint8_t>(1U << (t % kBlock));
    }
  }
}

void patterns_delayed(const Patterns& patterns, std::span<const std::uint8_t> before, std::size_t channels,
                      std::size_t blocks, std::size_t steps, Patterns& delayed) {
  delayed.resize(blocks * channels);
  const auto join = [](std::uint8_t pattern, unsigned carry) {
    return static_cast<std::uint8_t>((static_cast<unsigned>(pattern) << 1) | carry);
  };
  for (std::size_t n = 0; n < channels; ++n) delayed[n] = join(patterns[n], before.empty() ? 0U : before[n]);
  const std::uint8_t* const late = patterns.data() + channels;
  std::uint8_t* const to = delayed.data() + channels;
  for (std::size_t n = 0; n < (blocks - 1) * channels; ++n) to[n] = join(late[n], patterns[n] >> (kBlock - 1));
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
  std::uint32_t end = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t chunk = 0; chunk < chunks_; ++chunk) {
      const std::size_t first = chunk * chunk_size_;
      const std::size_t count = std::min(chunk_size_, channels - first);
      const std::uint8_t* const p = patterns + block * stride + first;
      std::uint8_t* const seen = all_seen + first;
      ChannelList quiet, active;
      split_channels(p, seen, count, quiet, active);
      std::memcpy(index_.data() + end, quiet.channel.data(), quiet.count);
      std::array<std::uint32_t, kListClasses> next{static_cast<std::uint32_t>(quiet.count)};
      for (std::size_t n = 0; n < active.count; ++n) ++next[kClassOfPattern[p[active.channel[n]]]];
      std::uint32_t* const offsets = offset_.data() + (block * chunks_ + chunk) * kOffsets;
      for (std::size_t c = 0; c < kListClasses; ++c) {
        offsets[c] = end;
        end += next[c];
        next[c] = offsets[c];
      }
      offsets[kListClasses] = end;
      offsets[kListClasses + 1] = static_cast<std::uint32_t>(pattern_.size());
      for (std::size_t n = 0; n < active.count; ++n) {
        const std::uint8_t pattern = p[active.channel[n]];
        const std::uint8_t list = kClassOfPattern[pattern];
        index_[next[list]++] = active.channel[n];
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
