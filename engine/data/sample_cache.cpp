#include "data/sample_cache.hpp"

namespace hetsyn {
namespace {

std::uint64_t key_of(std::size_t split, std::uint64_t index) {
  return (static_cast<std::uint64_t>(split) << 56) | index;  // fewer than 2^56 samples and 256 splits
}

}  // namespace

std::size_t sample_bytes(const Sample& sample) {
  const InputSample& input = *sample.input;
  const std::size_t prepared = sample.prepared == nullptr ? 0 : sample.prepared->bytes();
  return sizeof(Sample) + sizeof(InputSample) + prepared + input.spikes.offsets.size() * sizeof(std::uint32_t) +
         input.spikes.steps.size() * sizeof(std::uint32_t) +
         (input.analog.size() + sample.target.size()) * sizeof(float);
}

std::optional<Sample> SampleCache::find(std::size_t split, std::uint64_t index) const {
  const std::lock_guard lock(mutex_);
  const auto found = samples_.find(key_of(split, index));
  if (found == samples_.end()) return std::nullopt;
  return found->second;
}

void SampleCache::insert(std::size_t split, std::uint64_t index, const Sample& sample) {
  const std::size_t size = sample_bytes(sample);
  const std::lock_guard lock(mutex_);
  if (bytes_ + size > budget_) return;
  if (samples_.emplace(key_of(split, index), sample).second) bytes_ += size;
}

std::size_t SampleCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace hetsyn
