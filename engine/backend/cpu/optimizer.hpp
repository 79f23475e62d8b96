#pragma once
#include "backend/cpu/kernels.hpp"
#include "dynamics/optimizer.hpp"

/// The optimizer step over flat arrays, in loops that the compiler vectorises.
namespace hetsyn::cpu::HETSYN_ISA {

/// kMapped: these are decays, and another parameter is trained in their place.
template <OptimizerKind kKind, bool kMapped>
void update_all(const OptimizerConstants<float> constants, std::size_t count, const std::uint8_t* __restrict trainable,
                const float* __restrict gradient, float* __restrict parameter, float* __restrict m,
                float* __restrict v) {
  for (std::size_t i = 0; i < count; ++i) {
    float p = parameter[i];
    float first = m[i];
    float second = v[i];
    if constexpr (kMapped) {
      decay_step(kKind, p, first, second, gradient[i], constants);
    } else {
      optimizer_step(kKind, p, first, second, gradient[i], constants);
    }
    const bool trained = trainable[i] != 0;
    parameter[i] = trained ? p : parameter[i];
    m[i] = trained ? first : m[i];
    v[i] = trained ? second : v[i];
  }
}

void update(OptimizerKind kind, const OptimizerConstants<float>& constants, std::size_t count,
            const std::uint8_t* trainable, const float* gradient, float* parameter, float* m, float* v) {
  with_constant(kind, [&](auto constant) {
    const auto all =
        constants.decays.is_identity() ? &update_all<constant.value, false> : &update_all<constant.value, true>;
    all(constants, count, trainable, gradient, parameter, m, v);
  });
}

}  // namespace hetsyn::cpu::HETSYN_ISA
