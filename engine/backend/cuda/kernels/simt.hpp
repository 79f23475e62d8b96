#pragma once
/// What kernel sources (.cu) write instead of CUDA's own words, so that two compilers take them unchanged: nvcc for
/// devices, and the host compiler for the emulation in tests/simt (HETSYN_SIMT), where threads are fibers.
///
/// threadIdx, blockIdx, blockDim and gridDim keep their names. Blocks have a multiple of 32 threads (launch() checks
/// it), and every operation of a warp is one of all its 32 lanes. nvcc may contract products and sums, as the compiler
/// of the CPU's kernels may: backends agree within a tolerance, not in bits.
#if defined(__CUDACC__)
#include <cooperative_groups.h>

#define HETSYN_KERNEL __global__ void
#define HETSYN_DEVICE __device__ __forceinline__
/// Between HETSYN_KERNEL and the name: the largest number of threads in a block, and the smallest number of blocks per
/// multiprocessor.
#define HETSYN_LAUNCH_BOUNDS(threads, blocks) __launch_bounds__(threads, blocks)
/// Before a loop with a constant number of iterations whose local arrays should be in registers.
#define HETSYN_UNROLL _Pragma("unroll")
/// An array in shared memory, uninitialised at first: HETSYN_SHARED(float, partial, 32).
#define HETSYN_SHARED(type, name, count) __shared__ type name[count]
/// The shared memory of size LaunchShape::shared_bytes, aligned to 16 bytes.
#define HETSYN_DYNAMIC_SHARED(type, name)                         \
  extern __shared__ __align__(16) unsigned char hetsyn_dynamic[]; \
  type* const name = reinterpret_cast<type*>(hetsyn_dynamic)

namespace hetsyn::cuda {

inline constexpr unsigned kWarp = 32;               // lanes
inline constexpr unsigned kAllLanes = 0xFFFFFFFFU;  // mask

/// Barrier of all threads of the block that have not ended (__syncthreads).
HETSYN_DEVICE void sync_block() { __syncthreads(); }
/// A cluster consists of blocks that run at the same time and can access each other's shared memory:
/// LaunchShape::cluster, from compute capability 9.0 on. It is never used on older devices.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
/// The number of the block in its cluster.
HETSYN_DEVICE unsigned cluster_rank() { return cooperative_groups::this_cluster().block_rank(); }
/// Barrier of all threads of the cluster; afterwards all see what any of them wrote before it, also to shared memory.
HETSYN_DEVICE void sync_cluster() { cooperative_groups::this_cluster().sync(); }
/// The address in another block's HETSYN_DYNAMIC_SHARED that corresponds to `address` in this block's. Call
/// sync_cluster() before, so that the other block has started, and after the last access, so that it has not ended.
template <class T>
HETSYN_DEVICE T* shared_of(T* address, unsigned rank) {
  return cooperative_groups::this_cluster().map_shared_rank(address, rank);
}
#else
HETSYN_DEVICE unsigned cluster_rank() { return 0; }
HETSYN_DEVICE void sync_cluster() {}
template <class T>
HETSYN_DEVICE T* shared_of(T* address, unsigned /*rank*/) {
  return address;
}
#endif
/// Barrier of the warp (__syncwarp); afterwards all lanes see what any of them wrote to memory before it.
HETSYN_DEVICE void sync_warp() { __syncwarp(); }
/// Bit l is the predicate of lane l (__ballot_sync).
HETSYN_DEVICE unsigned ballot(bool predicate) { return __ballot_sync(kAllLanes, predicate); }
/// The value of another lane (__shfl_sync, __shfl_xor_sync): of `lane`, or of this lane XOR `mask`.
template <class T>
HETSYN_DEVICE T shuffle(T value, unsigned lane) {
  return __shfl_sync(kAllLanes, value, static_cast<int>(lane));
}
template <class T>
HETSYN_DEVICE T shuffle_xor(T value, unsigned mask) {
  return __shfl_xor_sync(kAllLanes, value, static_cast<int>(mask));
}
HETSYN_DEVICE unsigned popcount(unsigned bits) { return static_cast<unsigned>(__popc(bits)); }
/// The number of the lowest set bit; `bits` must not be 0.
HETSYN_DEVICE unsigned lowest_bit(unsigned bits) { return static_cast<unsigned>(__ffs(static_cast<int>(bits))) - 1; }

}  // namespace hetsyn::cuda

#elif defined(HETSYN_SIMT)
#include "backend/cuda/emulation/kernel_language.hpp"
#else
#error "kernels are compiled by nvcc, or with HETSYN_SIMT for the emulation in tests/simt"
#endif
