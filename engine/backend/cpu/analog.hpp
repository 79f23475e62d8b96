#pragma once
#include "backend/cpu/kernels.hpp"
#include "backend/cpu/simd.hpp"
#include "dynamics/synapse.hpp"

/// Analog input (pixel intensities …): every step carries a value, so time runs in the inner loop with the synapse in
/// registers.
namespace hetsyn::cpu::HETSYN_ISA {

void analog_forward(const float* r, const float* w, const float* x, std::size_t pre, const TimeShape& time,
                    float* drive) {
  for (std::size_t i = 0; i < pre; ++i) {
    const Vec decay = load(r + i * kLanes);
    const Vec weight = load(w + i * kLanes);
    Vec current{};
    for (std::size_t t = 0; t < time.steps; ++t) {
      current = synapse_step(current, decay, weight * x[t * pre + i]);
      store(drive + t * kLanes, load(drive + t * kLanes) + current);
    }
  }
}

void analog_gradient(const float* r, const float* x, std::size_t pre, const TimeShape& time, const float* g, float* dw,
                     float* dmu) {
  for (std::size_t i = 0; i < pre; ++i) {
    const Vec decay = load(r + i * kLanes);
    Vec lambda{};
    Vec mu{};
    Vec sum_lambda = load(dw + i * kLanes);
    Vec sum_mu = load(dmu + i * kLanes);
    for (std::size_t t = time.steps; t-- > 0;) {
      synapse_step_backward(lambda, mu, decay, load(g + t * kLanes));
      sum_lambda += lambda * x[t * pre + i];
      sum_mu += mu * x[t * pre + i];
    }
    store(dw + i * kLanes, sum_lambda);
    store(dmu + i * kLanes, sum_mu);
  }
}

void shared_analog_forward(const float* w, const float* x, std::size_t pre, const TimeShape& time, float* drive) {
  for (std::size_t t = 0; t < time.steps; ++t) {
    Vec sum = load(drive + t * kLanes);
    for (std::size_t i = 0; i < pre; ++i) sum += load(w + i * kLanes) * x[t * pre + i];
    store(drive + t * kLanes, sum);
  }
}

void shared_analog_gradient(const float* x, std::size_t pre, const TimeShape& time, const float* lambda, float* dw) {
  for (std::size_t i = 0; i < pre; ++i) {
    Vec sum = load(dw + i * kLanes);
    for (std::size_t t = 0; t < time.steps; ++t) sum += load(lambda + t * kLanes) * x[t * pre + i];
    store(dw + i * kLanes, sum);
  }
}

}  // namespace hetsyn::cpu::HETSYN_ISA
