// Compiled once per instruction set: multiply-adds per second of one thread, with enough chains to hide their latency.
#include <time.h>

#include "backend/cpu/simd.hpp"

namespace hetsyn::cpu::HETSYN_ISA {

double multiply_adds_per_second();
double multiply_adds_per_second() {
  constexpr std::size_t kChains = 12;
  constexpr std::size_t kRounds = 4'000'000;
  Vec chain[kChains];
  for (std::size_t c = 0; c < kChains; ++c) chain[c] = broadcast(static_cast<float>(c));
  const Vec factor = broadcast(0.999F);
  const Vec term = broadcast(0.5F);
  timespec start{};
  timespec end{};
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (std::size_t round = 0; round < kRounds; ++round) {
#pragma GCC unroll 12
    for (std::size_t c = 0; c < kChains; ++c) chain[c] = chain[c] * factor + term;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  volatile float sink = 0.0F;
  for (const Vec& value : chain) sink = sink + value[0];
  const double seconds =
      static_cast<double>(end.tv_sec - start.tv_sec) + 1e-9 * static_cast<double>(end.tv_nsec - start.tv_nsec);
  return static_cast<double>(kChains * kRounds * kLanes) / seconds;
}

}  // namespace hetsyn::cpu::HETSYN_ISA
