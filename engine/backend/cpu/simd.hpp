#pragma once
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include <cstddef>
#include <cstdint>

#include "base/hd.hpp"

/// A strip of neurons as a SIMD vector. Kernel files are compiled once per instruction set, each into a separate
/// namespace (HETSYN_ISA), so that the linker never merges code of two sets.
#ifndef HETSYN_ISA
#error "kernel files are compiled by kernels.cpp only, with HETSYN_ISA defined"
#endif

namespace hetsyn::cpu::HETSYN_ISA {

#if defined(__AVX512F__)
inline constexpr std::size_t kLanes = 16;
#elif defined(__aarch64__)
inline constexpr std::size_t kLanes = 4;  // one register: GCC splits comparisons of longer vectors into elements
#else
inline constexpr std::size_t kLanes = 8;
#endif

using Vec = float __attribute__((vector_size(kLanes * sizeof(float))));
using IntVec = std::int32_t __attribute__((vector_size(kLanes * sizeof(float))));
using AliasingVec = float __attribute__((vector_size(kLanes * sizeof(float)), may_alias));  // reads plain float arrays

HETSYN_HD Vec load(const float* p) { return *reinterpret_cast<const AliasingVec*>(p); }
HETSYN_HD void store(float* p, Vec v) { *reinterpret_cast<AliasingVec*>(p) = v; }
HETSYN_HD Vec broadcast(float x) { return x - Vec{}; }  // 0 + x would need an addition, since it turns −0 into 0

using WordVec = std::uint32_t __attribute__((vector_size(kLanes * sizeof(float))));
using LongVec = std::uint64_t __attribute__((vector_size(kLanes * sizeof(float))));

/// 64-bit products of the even lanes of two word vectors.
HETSYN_HD LongVec multiply_even(WordVec a, WordVec b) {
#if defined(__AVX512F__)
  return reinterpret_cast<LongVec>(_mm512_mul_epu32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#elif defined(__AVX2__)
  return reinterpret_cast<LongVec>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#elif defined(__aarch64__)
  return vmull_u32(vmovn_u64(reinterpret_cast<LongVec>(a)), vmovn_u64(reinterpret_cast<LongVec>(b)));
#else
  return (reinterpret_cast<LongVec>(a) & 0xFFFFFFFFU) * (reinterpret_cast<LongVec>(b) & 0xFFFFFFFFU);
#endif
}

/// Bit l is set if the comparison is true in lane l.
HETSYN_HD unsigned lane_bits(IntVec comparison) {
#if defined(__AVX512F__)
  return _mm512_movepi32_mask(reinterpret_cast<__m512i>(comparison));
#elif defined(__AVX2__)
  return static_cast<unsigned>(_mm256_movemask_ps(reinterpret_cast<__m256>(comparison)));
#elif defined(__aarch64__)
  constexpr WordVec kBits{1, 2, 4, 8};
  return vaddvq_u32(reinterpret_cast<WordVec>(comparison) & kBits);
#else
  const auto* const half = reinterpret_cast<const __m128*>(&comparison);
  return static_cast<unsigned>(_mm_movemask_ps(half[0]) | (_mm_movemask_ps(half[1]) << 4));
#endif
}

}  // namespace hetsyn::cpu::HETSYN_ISA

// The surrogate templates use these overloads for Real = Vec; they must be declared before surrogate.hpp is included.
namespace hetsyn::surrogate_detail {

HETSYN_HD cpu::HETSYN_ISA::Vec abs_of(cpu::HETSYN_ISA::Vec x) {
  const cpu::HETSYN_ISA::Vec negative = -x;
  return x < negative ? negative : x;
}

/// exp(x) with an error of about 2 + |x| / 7 ulp for x ≤ 0 (the arguments of surrogates); at least 1.6e-38, below which
/// results would be subnormal.
HETSYN_HD cpu::HETSYN_ISA::Vec exp_of(cpu::HETSYN_ISA::Vec x) {
  using cpu::HETSYN_ISA::IntVec;
  using cpu::HETSYN_ISA::Vec;
  const Vec floor_argument = Vec{} - 87.0F;
  const Vec y = floor_argument > x ? floor_argument : x;
  // 1.5 · 2^23: adding it leaves the nearest integer n to x / ln 2 in the lowest bits.
  constexpr float kRound = 12582912.0F;
  constexpr float kPerOctave = 1.44269504F;
  const Vec rounded = y * kPerOctave + kRound;
  const Vec f = y * kPerOctave - (rounded - kRound);
  // Minimax polynomial of 2^f on [−1/2, 1/2].
  Vec p = f * 1.327647198e-03F + 9.675541334e-03F;
  p = p * f + 5.550713274e-02F;
  p = p * f + 2.402211972e-01F;
  p = p * f + 6.931469671e-01F;
  p = p * f + 1.000000072e+00F;
  // Adds n to the exponent.
  return reinterpret_cast<Vec>(reinterpret_cast<IntVec>(p) + (reinterpret_cast<IntVec>(rounded) << 23));
}

}  // namespace hetsyn::surrogate_detail
