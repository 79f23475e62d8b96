#pragma once
#include <cstdint>

namespace hetsyn::cuda {

/// The answer of a readout.
struct Readout {
  const float* potential;       ///< [B][T][K] V; null where it spikes
  const std::uint32_t* spikes;  ///< [B][W][K]; null where it does not
  unsigned outputs;             ///< K
};

}  // namespace hetsyn::cuda
