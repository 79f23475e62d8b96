#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/rng.hpp"

namespace hetsyn {

/// Puts the elements into a uniformly random order (Fisher & Yates), the same on every platform.
template <class T>
void shuffle(std::vector<T>& items, RandomStream random) {
  for (std::size_t left = items.size(); left > 1; --left) {
    std::swap(items[left - 1], items[random.below(static_cast<std::uint32_t>(left))]);
  }
}

}  // namespace hetsyn
