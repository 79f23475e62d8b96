#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// Analog input (pixel intensities …): every step has a value, so that the inner loop is over time with the synapse in
/// registers.
namespace hetsyn::cpu::HETSYN_ISA {

void analog_forward(const float* r, const float* w, const float* x, std::size_t pre, const TimeShape& time,
                    float* state, float* drive) {
  for (std::size_t i = 0; i < pre; ++i) {
    const Vec decay = load(r + i * kLanes);
    const Vec weight = load(w + i * kLanes);
    Vec current = load(state + i * kLanes);
    for (std::size_t t = 0; t < time.steps; ++t) {
      current = synapse_step(current, decay, weight * x[t * pre + i]);
      store(drive + t * kLanes, load(drive + t * kLanes) + current);
    }
    store(state + i * kLanes, current);
  }
}

void analog_gradient(const float* r, const float* x, std::size_t pre, std::size_t steps, const float* g, float* adjoint,
                     float* dw, float* dmu) {
  float* const mus = adjoint + pre * kLanes;
  for (std::size_t i = 0; i < pre; ++i) {
    const Vec decay = load(r + i * kLanes);
    Vec lambda = load(adjoint + i * kLanes);
    Vec mu = load(mus + i * kLanes);
    Vec sum_lambda = load(dw + i * kLanes);
    Vec sum_mu = load(dmu + i * kLanes);
    for (std::size_t t = steps; t-- > 0;) {
      synapse_step_backward(lambda, mu, decay, load(g + t * kLanes));
      sum_lambda += lambda * x[t * pre + i];
      sum_mu += mu * x[t * pre + i];
    }
    store(dw + i * kLanes, sum_lambda);
    store(dmu + i * kLanes, sum_mu);
    store(adjoint + i * kLanes, lambda);
    store(mus + i * kLanes, mu);
  }
}

/// For shared decays: the product of weights and x, in tiles, so that eight sums share the loads of a weight strip.
template <std::size_t kSteps>
HETSYN_HD void analog_product(const float* w, std::size_t stride, const float* x, std::size_t pre, float* drive) {
  Vec sum[kSteps] = {};
  for (std::size_t i = 0; i < pre; ++i) {
    const Vec weight = load(w + i * stride);
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kSteps; ++k) sum[k] += weight * x[k * pre + i];
  }
#pragma GCC unroll 8
  for (std::size_t k = 0; k < kSteps; ++k) store(drive + k * kLanes, sum[k]);
}

void shared_analog_forward(const float* w, std::size_t stride, const float* x, std::size_t pre, const TimeShape& time,
                           float* drive) {
  std::size_t t = 0;
  for (; t + kBlock <= time.steps; t += kBlock) {
    analog_product<kBlock>(w, stride, x + t * pre, pre, drive + t * kLanes);
  }
  for (; t < time.steps; ++t) analog_product<1>(w, stride, x + t * pre, pre, drive + t * kLanes);
}

/// dw for kChannels neighbouring channels, which share the loads of λ.
template <std::size_t kChannels>
HETSYN_HD void analog_channels(const float* x, std::size_t pre, std::size_t steps, const float* lambda,
                               std::size_t stride, float* dw) {
  Vec sum[kChannels] = {};
  for (std::size_t t = 0; t < steps; ++t) {
    const Vec l = load(lambda + t * kLanes);
#pragma GCC unroll 8
    for (std::size_t c = 0; c < kChannels; ++c) sum[c] += l * x[t * pre + c];
  }
#pragma GCC unroll 8
  for (std::size_t c = 0; c < kChannels; ++c) store(dw + c * stride, load(dw + c * stride) + sum[c]);
}

void shared_analog_gradient(const float* x, std::size_t pre, std::size_t steps, const float* lambda, std::size_t stride,
                            float* dw) {
  std::size_t i = 0;
  for (; i + 8 <= pre; i += 8) analog_channels<8>(x + i, pre, steps, lambda, stride, dw + i * stride);
  for (; i < pre; ++i) analog_channels<1>(x + i, pre, steps, lambda, stride, dw + i * stride);
}

}  // namespace hetsyn::cpu::HETSYN_ISA
