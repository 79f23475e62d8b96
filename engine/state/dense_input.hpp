#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hetsyn/view.hpp>

#include "state/spikes.hpp"

namespace hetsyn {

/// Writes the input of a sample to x [T][N], which must be 0; a spike is 1.
template <class Real>
void write_dense(const InputSample& sample, InputKind kind, const View<Real, 2>& x) {
  if (kind == InputKind::analog) {
    std::ranges::copy(sample.analog, x.begin());
    return;
  }
  for (std::size_t i = 0; i < sample.spikes.channels(); ++i) {
    for (std::uint32_t e = sample.spikes.offsets[i]; e < sample.spikes.offsets[i + 1]; ++e) {
      x(sample.spikes.steps[e], i) = Real{1};
    }
  }
}

}  // namespace hetsyn
