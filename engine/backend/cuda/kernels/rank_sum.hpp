#pragma once
#include <cstddef>

#include "backend/cuda/device/device.hpp"

namespace hetsyn::cuda {

/// sum[i] = Σ_rank pieces[rank][i], i < size, in rank order in double precision.
void add_in_rank_order(const float* pieces, std::size_t ranks, std::size_t size, float* sum, Stream& stream);

}  // namespace hetsyn::cuda
