#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "backend/cpu/synapse_forward.hpp"
#include "dynamics/synapse.hpp"

/// Gradients of per-synapse parameters by the adjoint pair (λ, μ): two multiply-adds per synapse and step, and sums
/// only at spike times. Nothing is computed for the time before an input's first spike, which backwards is after its
/// last sum.
namespace hetsyn::cpu::HETSYN_ISA {

/// Runs one channel backwards through a block; `at_spike(k)` tells at which steps to add to the sums.
template <class AtSpike>
HETSYN_HD void gradient_block(const Vec (&g)[kBlock], Vec& lambda, Vec& mu, Vec r, AtSpike&& at_spike) {
#pragma GCC unroll 8
  for (int k = static_cast<int>(kBlock) - 1; k >= 0; --k) {
    synapse_step_backward(lambda, mu, r, g[k]);
    at_spike(k);
  }
}

void synapse_gradient(const float* r, const EventListView& lists, std::size_t chunk, BlockRange blocks, const float* g,
                      float* adjoint, float* dw, float* dmu) {
  const std::size_t first = chunk * lists.chunk_size * kLanes;
  r += first;
  dw += first;
  dmu += first;
  float* const lambdas = adjoint;
  float* const mus = adjoint + lists.chunk_size * kLanes;

  for (std::size_t block = blocks.end; block-- > blocks.begin;) {
    const std::uint32_t* offsets = lists.offsets(block, chunk);
    if (offsets[0] == offsets[kListClasses]) break;  // no input of this chunk has spiked earlier
    Vec g_block[kBlock];
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kBlock; ++k) g_block[k] = load(g + (block * kBlock + k) * kLanes);

    for_class(
        lists, offsets, kQuiet, [&](std::size_t i) __attribute__((always_inline)) {
          Vec lambda = load(lambdas + i * kLanes);
          Vec mu = load(mus + i * kLanes);
          gradient_block(g_block, lambda, mu, load(r + i * kLanes), [](int) __attribute__((always_inline)){});
          store(lambdas + i * kLanes, lambda);
          store(mus + i * kLanes, mu);
        });
    const auto one_spike = [&]<int kStep>() __attribute__((always_inline)) {
      for_class(
          lists, offsets, kSpikeAt0 + kStep, [&](std::size_t i) __attribute__((always_inline)) {
            Vec lambda = load(lambdas + i * kLanes);
            Vec mu = load(mus + i * kLanes);
            gradient_block(
                g_block, lambda, mu, load(r + i * kLanes), [&](int k) __attribute__((always_inline)) {
                  if (k != kStep) return;
                  store(dw + i * kLanes, load(dw + i * kLanes) + lambda);
                  store(dmu + i * kLanes, load(dmu + i * kLanes) + mu);
                });
            store(lambdas + i * kLanes, lambda);
            store(mus + i * kLanes, mu);
          });
    };
    for_steps(one_spike);
    for_several(
        lists, offsets, [&](std::size_t i, const float* spikes) __attribute__((always_inline)) {
          Vec lambda = load(lambdas + i * kLanes);
          Vec mu = load(mus + i * kLanes);
          Vec sum_lambda = load(dw + i * kLanes);
          Vec sum_mu = load(dmu + i * kLanes);
          gradient_block(
              g_block, lambda, mu, load(r + i * kLanes), [&](int k) __attribute__((always_inline)) {
                sum_lambda += lambda * spikes[k];
                sum_mu += mu * spikes[k];
              });
          store(dw + i * kLanes, sum_lambda);
          store(dmu + i * kLanes, sum_mu);
          store(lambdas + i * kLanes, lambda);
          store(mus + i * kLanes, mu);
        });
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
