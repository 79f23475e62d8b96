#pragma once
#include <cstdint>

namespace hetsyn::cuda {

/// The output of a readout.
struct Readout {
  const float* potential;       ///< [B][T][K] V; null if it spikes
  const std::uint32_t* spikes;  ///< [B][W][K]; null if it does not spike
  unsigned outputs;             ///< K
};

}  // namespace hetsyn::cuda
