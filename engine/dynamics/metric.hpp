#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/hd.hpp"
#include "dynamics/loss.hpp"

/// The metrics that the engine computes itself; a task names them.
///   accuracy   fraction of the samples whose decided class is their label
///   trace_mse  mean over samples, steps and outputs of (y − target)², differences taken in double
///   own        the task's own
/// The class is decided by the scores whose softmax a loss with labels compares with the label, see dynamics/loss.hpp:
///   softmax_sum  argmax_k Σ_{t ≥ skip} softmax(y[t])_k
///   last_step    argmax_k y[T−1]_k
///   spike_count  argmax_k Σ_t z[t]_k
namespace hetsyn {

enum class MetricKind : std::uint8_t { own, accuracy, trace_mse };

/// One metric.
struct MetricRule {
  MetricKind kind = MetricKind::own;
  LossTerm decision = {};  ///< accuracy: the loss with labels that decides; its weight does not matter
};

/// The class with the largest score [K]; of equal scores, the first. The elements are shared as in dynamics/loss.hpp.
template <class Lanes>
HETSYN_HD std::int32_t decided_class(const Lanes& lanes, std::size_t outputs, const double* score) {
  double largest = -static_cast<double>(INFINITY);
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count())
    largest = largest < score[k] ? score[k] : largest;
  largest = lanes.largest(largest);
  double before_end = 0;  // outputs − k for the first such k; stays 0 if no score is a number
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count()) {
    const auto here = static_cast<double>(outputs - k);
    if (score[k] == largest && before_end < here) before_end = here;
  }
  before_end = lanes.largest(before_end);
  return before_end == 0 ? 0 : static_cast<std::int32_t>(static_cast<double>(outputs) - before_end);
}

}  // namespace hetsyn
