#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>

namespace hetsyn {

/// sum[i] = Σ_rank pieces[rank][i], i < size, added in rank order in double precision; device memory.
cudaError_t add_in_rank_order(const float* pieces, std::size_t ranks, std::size_t size, float* sum,
                              cudaStream_t stream);

}  // namespace hetsyn
