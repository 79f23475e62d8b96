#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hetsyn {

/// The samples to load, in their order: a list, or consecutive indices from a first one, which need no memory.
class SampleOrder {
 public:
  SampleOrder() = default;
  SampleOrder(std::vector<std::uint64_t> samples) : listed_(std::move(samples)), count_(listed_.size()) {}  // NOLINT
  static SampleOrder from(std::uint64_t first, std::size_t count) {
    SampleOrder order;
    order.first_ = first;
    order.count_ = count;
    return order;
  }

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::uint64_t operator[](std::size_t i) const { return listed_.empty() ? first_ + i : listed_[i]; }

 private:
  std::vector<std::uint64_t> listed_;
  std::uint64_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace hetsyn
