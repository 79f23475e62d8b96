#pragma once
#include <cstddef>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/views.hpp"

/// Kernels for use with matrix products: spikes as numbers, masks.
namespace hetsyn::cuda {

/// Rows first … first + count of [B][T]; a row is a step of a sample.
struct Rows {
  std::size_t first = 0, count = 0;
};

/// x [count][pre]: the input in these rows, `input.value` or 0.
void expand_spikes(const SpikeInput& input, unsigned pre, const BatchShape& shape, const Rows& rows, float* x,
                   Stream& stream);
/// d_spike [B][T][pre] = 0 where the dropout mask [B][W][pre] drops the spike.
void drop_gradients(const std::uint32_t* keep, unsigned pre, const BatchShape& shape, float* d_spike, Stream& stream);
/// d_w += sum, both [count], for trained elements.
void add_trained(const float* sum, const std::uint8_t* trains, std::size_t count, float* d_w, Stream& stream);

}  // namespace hetsyn::cuda
