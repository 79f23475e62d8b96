#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "data/task_port.hpp"

namespace hetsyn {

/// The memory of a sample, including what the backend has prepared from it.
std::size_t sample_bytes(const Sample& sample);

/// Keeps the samples of a task with static samples, up to a memory budget. When it is full it adds no more and removes
/// none: each epoch uses all samples, so that removing the oldest would remove the one that is needed next.
/// Thread-safe.
class SampleCache {
 public:
  explicit SampleCache(std::size_t budget_bytes) : budget_(budget_bytes) {}

  [[nodiscard]] std::optional<Sample> find(std::size_t split, std::uint64_t index) const;
  void insert(std::size_t split, std::uint64_t index, const Sample& sample);
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::size_t budget_;
  std::size_t bytes_ = 0;
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, Sample> samples_;
};

}  // namespace hetsyn
