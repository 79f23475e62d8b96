#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "data/task_port.hpp"

namespace hetsyn {

/// Memory that a sample takes, with what the backend made of it.
std::size_t sample_bytes(const Sample& sample);

/// Keeps the samples of a task whose samples are static, up to a memory budget. Once full it takes no more and drops
/// none: every epoch visits all samples, so that dropping the oldest would drop what is wanted next. Thread-safe.
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
