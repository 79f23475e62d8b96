#pragma once
#include <bit>
#include <cstddef>
#include <cstring>
#include <source_location>
#include <type_traits>

#include "backend/cuda/emulation/thread.hpp"

/// The definitions of kernels/simt.hpp for the host's compiler: each CUDA thread is a fiber. Operations that
/// synchronise threads take the caller's place in the source, for reports of divergence.

#define HETSYN_KERNEL void
#define HETSYN_DEVICE inline
#define HETSYN_LAUNCH_BOUNDS(threads, blocks)
#define HETSYN_UNROLL
#define HETSYN_SHARED(type, name, count) \
  auto& name = *static_cast<type(*)[count]>(hetsyn::simt::static_shared(sizeof(type[count])))
#define HETSYN_DYNAMIC_SHARED(type, name) type* const name = static_cast<type*>(hetsyn::simt::dynamic_shared())

#define threadIdx (hetsyn::simt::place().thread)
#define blockIdx (hetsyn::simt::place().block)
#define blockDim (hetsyn::simt::place().block_extent)
#define gridDim (hetsyn::simt::place().grid_extent)

namespace hetsyn::cuda {

inline constexpr unsigned kWarp = simt::kWarpSize;
using Location = std::source_location;

inline void sync_block(const Location& where = Location::current()) { simt::wait_for_block(where); }
inline void sync_cluster(const Location& where = Location::current()) { simt::wait_for_cluster(where); }
inline unsigned cluster_rank() { return simt::place().cluster_rank; }
template <class T>
T* shared_of(T* address, unsigned rank) {
  return static_cast<T*>(simt::shared_of_block(address, rank));
}
inline void sync_warp(const Location& where = Location::current()) { simt::wait_for_warp(where); }

/// Every lane passes a value and gets that of lane `lane`, or its own if `lane` is 32 or more.
template <class T>
T exchange(const T& value, unsigned lane, const Location& where) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(simt::LaneSlot));
  simt::LaneSlot* const slots = simt::lane_slots();
  std::memcpy(&slots[simt::place().lane], &value, sizeof value);
  simt::wait_for_warp(where);
  T taken;
  std::memcpy(&taken, &slots[lane < kWarp ? lane : simt::place().lane], sizeof taken);
  return taken;
}
template <class T>
T shuffle(T value, unsigned lane, const Location& where = Location::current()) {
  return exchange(value, lane % kWarp, where);
}
template <class T>
T shuffle_xor(T value, unsigned mask, const Location& where = Location::current()) {
  return exchange(value, simt::place().lane ^ mask, where);
}
inline unsigned ballot(bool predicate, const Location& where = Location::current()) {
  simt::LaneSlot* const slots = simt::lane_slots();
  slots[simt::place().lane].bytes[0] = std::byte{predicate};
  simt::wait_for_warp(where);
  unsigned mask = 0;
  for (unsigned lane = 0; lane < kWarp; ++lane) mask |= std::to_integer<unsigned>(slots[lane].bytes[0]) << lane;
  return mask;
}
inline unsigned popcount(unsigned bits) { return static_cast<unsigned>(std::popcount(bits)); }
inline unsigned lowest_bit(unsigned bits) { return static_cast<unsigned>(std::countr_zero(bits)); }

}  // namespace hetsyn::cuda
