#pragma once
#include <cstddef>
#include <hetsyn/view.hpp>
#include <vector>

#include "dynamics/loss.hpp"

/// Shared by losses with labels and by decisions, on the host.
namespace hetsyn {

/// The logits [K] of a loss with labels, from one sample's readout y [T][K]. p_at(t) is memory for a row [K], the
/// softmax of step t.
template <class Real, class RowAt>
std::vector<double> logits(const View<const Real, 2>& y, const LabelScore& kind, const RowAt& p_at) {
  std::vector<double> score(y.columns(), 0.0);
  for (std::size_t t = kind.first_step; t < y.rows(); ++t) {
    const View<const Real, 1> now = y.slice(t);
    if (kind.of_softmax) softmax(OneLane(), now.size(), now, p_at(t));
    const Real* const added = kind.of_softmax ? p_at(t) : now.data();
    for (std::size_t k = 0; k < now.size(); ++k) score[k] += static_cast<double>(added[k]);
  }
  for (double& logit : score) logit /= kind.per_logit;
  return score;
}

}  // namespace hetsyn
