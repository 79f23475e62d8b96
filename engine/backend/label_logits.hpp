#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "dynamics/loss.hpp"

/// What losses with labels and decisions are made of, on the host.
namespace hetsyn {

/// One sample's readout [T][K].
template <class Real>
struct SampleReadout {
  std::span<const Real> y;
  std::size_t steps, outputs;

  [[nodiscard]] const Real* at(std::size_t t) const { return &y[t * outputs]; }
};

/// The logits [K] of a loss with labels. p_at(t) is a row [K] for the softmax of step t.
template <class Real, class RowAt>
std::vector<double> logits(const SampleReadout<Real>& sample, const LabelScore& kind, const RowAt& p_at) {
  std::vector<double> score(sample.outputs, 0.0);
  for (std::size_t t = kind.first_step; t < sample.steps; ++t) {
    if (kind.of_softmax) softmax(OneLane(), sample.outputs, sample.at(t), p_at(t));
    const Real* const added = kind.of_softmax ? p_at(t) : sample.at(t);
    for (std::size_t k = 0; k < sample.outputs; ++k) score[k] += static_cast<double>(added[k]);
  }
  for (double& logit : score) logit /= kind.per_logit;
  return score;
}

}  // namespace hetsyn
