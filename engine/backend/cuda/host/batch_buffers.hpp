#pragma once
#include <algorithm>
#include <cstdint>

#include "backend/cuda/device/input_buffer.hpp"
#include "backend/cuda/device/staged_buffer.hpp"
#include "backend/cuda/host/population.hpp"
#include "state/spikes.hpp"

namespace hetsyn::cuda {

/// Memory of the device for a batch, besides the tapes of its populations.
struct BatchBuffers {
  InputBuffer<std::uint32_t> spikes;  ///< [B][W][inputs]
  InputBuffer<float> analog;          ///< [B][T][inputs]
  StagedBuffer<float> d_readout;      ///< [B][T][K]
  DeviceBuffer<float> d_spike;        ///< [B][T][N] dL/dz of the population whose backward pass is next

  template <class Visit>
  void each_array(const NetworkLayout& network, InputKind kind, const TapeShape& shape, Visit&& visit) {
    const bool events = kind == InputKind::events;
    std::size_t widest = 0;
    for (std::size_t p = 0; p + 1 < network.populations.size(); ++p) {
      widest = std::max(widest, network.populations[p].size);
    }
    const std::size_t rows = shape.samples * shape.steps;
    spikes.each_array(events ? shape.samples * shape.words() * network.inputs() : 0, visit);
    analog.each_array(events ? 0 : rows * network.inputs(), visit);
    visit(d_readout.device(), rows * network.outputs());
    visit(d_spike, rows * widest);
  }
};

}  // namespace hetsyn::cuda
