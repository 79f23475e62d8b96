#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// The forward pass of per-synapse currents. In a block without a spike the current of a synapse is I r, I r², … I r⁸:
/// with stored r … r⁴ the block needs 8 multiply-adds, one multiplication by r⁴ and one more for the state, instead of
/// 16 operations.
namespace hetsyn::cpu::HETSYN_ISA {

/// r, r², r³, r⁴ of a strip of synapses.
struct Powers {
  Vec p[kPowers];
};

HETSYN_HD Powers load_powers(const float* powers) {
  return {{load(powers), load(powers + kLanes), load(powers + 2 * kLanes), load(powers + 3 * kLanes)}};
}

/// acc[first + k] += current · r^k for k = 1 … count; returns current · r^count. count ≤ 8.
template <int kFirst, int kCount>
HETSYN_HD Vec add_decaying(Vec (&acc)[kBlock], Vec current, const Powers& r) {
  const Vec current4 = current * r.p[3];  // dead code where kCount ≤ 4
#pragma GCC unroll 8
  for (int k = 1; k <= kCount; ++k) {
    acc[kFirst + k] += k <= 4 ? current * r.p[k - 1] : current4 * r.p[k - 5];
  }
  if constexpr (kCount == 0) return current;
  if constexpr (kCount <= 4) return current * r.p[kCount == 0 ? 0 : kCount - 1];
  return current4 * r.p[kCount <= 4 ? 0 : kCount - 5];
}

/// Updates one channel for a block with one spike at step kStep.
template <int kStep>
HETSYN_HD Vec forward_one_spike(Vec (&acc)[kBlock], Vec current, Vec jump, const Powers& r) {
  current = add_decaying<-1, kStep>(acc, current, r) * r.p[0] + jump;
  acc[kStep] += current;
  return add_decaying<kStep, 7 - kStep>(acc, current, r);
}

/// Calls update(channel) for all channels of one class in a block.
template <class Update>
HETSYN_HD void for_class(const EventListView& lists, const std::uint32_t* offsets, int list_class, Update&& update) {
  for (std::uint32_t n = offsets[list_class]; n < offsets[list_class + 1]; ++n) update(lists.index[n]);
}

/// Calls step.operator()<k>() for each step k of a block.
template <class Step>
HETSYN_HD void for_steps(Step&& step) {
  step.template operator()<0>();
  step.template operator()<1>();
  step.template operator()<2>();
  step.template operator()<3>();
  step.template operator()<4>();
  step.template operator()<5>();
  step.template operator()<6>();
  step.template operator()<7>();
}

/// Calls update(channel, spikes[8]) for all channels with several spikes in a block.
template <class Update>
HETSYN_HD void for_several(const EventListView& lists, const std::uint32_t* offsets, Update&& update) {
  const std::uint8_t* pattern = lists.pattern + offsets[kListClasses + 1];
  for (std::uint32_t n = offsets[kSeveral]; n < offsets[kSeveral + 1]; ++n)
    update(lists.index[n], kSpikesOfPattern[*pattern++].data());
}

inline void synapse_forward_chunk(const float* powers, const float* w, const EventListView& lists, std::size_t chunk,
                                  float scale, float* state, float* drive) {
  for (std::size_t block = 0; block < lists.blocks; ++block) {
    const std::uint32_t* offsets = lists.offsets(block, chunk);
    if (offsets[0] == offsets[kListClasses]) continue;
    float* const u = drive + block * kBlock * kLanes;
    Vec acc[kBlock];
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kBlock; ++k) acc[k] = load(u + k * kLanes);

    for_class(
        lists, offsets, kQuiet, [&](std::size_t i) __attribute__((always_inline)) {
          float* const current = state + i * kLanes;
          store(current, add_decaying<-1, 8>(acc, load(current), load_powers(powers + i * kPowers * kLanes)));
        });
    const auto one_spike = [&]<int kStep>() __attribute__((always_inline)) {
      for_class(
          lists, offsets, kSpikeAt0 + kStep, [&](std::size_t i) __attribute__((always_inline)) {
            float* const current = state + i * kLanes;
            store(current, forward_one_spike<kStep>(acc, load(current), load(w + i * kLanes) * scale,
                                                    load_powers(powers + i * kPowers * kLanes)));
          });
    };
    for_steps(one_spike);
    for_several(
        lists, offsets, [&](std::size_t i, const float* spikes) __attribute__((always_inline)) {
          const Vec r = load(powers + i * kPowers * kLanes);
          const Vec jump = load(w + i * kLanes) * scale;
          Vec current = load(state + i * kLanes);
#pragma GCC unroll 8
          for (int k = 0; k < static_cast<int>(kBlock); ++k) {
            current = synapse_step(current, r, jump * spikes[k]);
            acc[k] += current;
          }
          store(state + i * kLanes, current);
        });

#pragma GCC unroll 8
    for (std::size_t k = 0; k < kBlock; ++k) store(u + k * kLanes, acc[k]);
  }
}

void synapse_forward(const float* powers, const float* w, const EventListView& lists, float scale, float* state,
                     float* drive) {
  for (std::size_t chunk = 0; chunk < lists.chunks; ++chunk) {
    const std::size_t first = chunk * lists.chunk_size * kLanes;
    synapse_forward_chunk(powers + first * kPowers, w + first, lists, chunk, scale, state + first, drive);
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
