#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/hd.hpp"

/// The losses that a task may be made of, value and gradient side by side. y = readout [B][T][K]; means over the batch.
///   softmax_sum   CE(softmax(Σ_{t ≥ skip} softmax(y[t])), label)      (softmax applied again, as published)
///   last_step     CE(softmax(y[T−1]), label)
///   spike_count   CE(softmax(Σ_t z[t] / spikes per logit), label)     spiking readout
///   trace_mse     mean over T and K of (y − target)²
///   rate          mean over hidden neurons of ((rate_j − r*) / r*)², rate_j over all samples and steps, in Hz
///   callback      the task's own
namespace hetsyn {

/// Numbered as in the contract of task plugins.
enum class LossKind : std::uint8_t { softmax_sum, last_step, spike_count, trace_mse, rate, callback };

/// What a loss compares the readout with.
enum class ComparedWith : std::uint8_t { label, target, rate, own };

struct LossInfo {
  std::string_view name;
  ComparedWith compared_with;
  bool needs_spikes = false;        ///< needs a spiking readout
  std::string_view parameter = {};  ///< meaning of LossTerm::parameter; empty: none
  double minimum = 0.0;             ///< of the parameter
  double maximum = 0.0;
};

/// In the order of LossKind. softmax_sum leaves out fewer steps than a sample has.
inline constexpr std::array<LossInfo, 6> kLosses{{
    {"softmax_sum", ComparedWith::label, false, "steps left out of the softmax sum", 0.0,
     std::numeric_limits<double>::infinity()},
    {"last_step", ComparedWith::label},
    {"spike_count", ComparedWith::label, true, "spikes per logit", 0.0, 1e6},
    {"trace_mse", ComparedWith::target},
    {"rate", ComparedWith::rate, false, "target rate in Hz", 1e-6, 1e6},
    {"callback", ComparedWith::own},
}};

constexpr const LossInfo& loss_info(LossKind kind) { return kLosses[static_cast<std::size_t>(kind)]; }
/// The loss compares a label with the softmax of a score.
constexpr bool has_labels(LossKind kind) { return loss_info(kind).compared_with == ComparedWith::label; }
/// The loss compares each y[t] with a target.
constexpr bool has_target(LossKind kind) { return loss_info(kind).compared_with == ComparedWith::target; }

/// One term of the loss.
struct LossTerm {
  LossKind kind = LossKind::softmax_sum;
  double weight = 1.0;
  double parameter = 0.0;  ///< see LossInfo; spike_count: 0 is 1
};

/// The three losses with labels share one form: their score is Σ_{t ≥ first_step} of softmax(y[t]), or of y[t] /
/// per_logit. It is summed in double, whatever the precision of y, since a small loss is a small difference of large
/// sums.
struct LabelScore {
  bool of_softmax = false;
  std::size_t first_step = 0;
  double per_logit = 1.0;
};

inline LabelScore label_score(const LossTerm& term, std::size_t steps) {
  switch (term.kind) {
    case LossKind::softmax_sum: return {true, static_cast<std::size_t>(term.parameter), 1.0};
    case LossKind::last_step: return {false, steps - 1, 1.0};
    default: return {false, 0, term.parameter == 0.0 ? 1.0 : term.parameter};
  }
}

/// The K elements of one step are distributed over lanes: each takes `first()` and every `count()`-th element from
/// there. OneLane takes all of them; on a device the lanes of a warp share them.
struct OneLane {
  [[nodiscard]] HETSYN_HD std::size_t first() const { return 0; }
  [[nodiscard]] HETSYN_HD std::size_t count() const { return 1; }
  /// Reduces the values of all lanes; all lanes get the result.
  template <class Real>
  [[nodiscard]] HETSYN_HD Real sum(Real value) const {
    return value;
  }
  template <class Real>
  [[nodiscard]] HETSYN_HD Real largest(Real value) const {
    return value;
  }
};

/// p = softmax(y), both [K], relative to the largest y so that nothing overflows. y may be p.
template <class Lanes, class Values, class Real>
HETSYN_HD void softmax(const Lanes& lanes, std::size_t outputs, const Values& y, Real* p) {
  Real largest = -static_cast<Real>(INFINITY);
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count()) largest = largest < y[k] ? y[k] : largest;
  largest = lanes.largest(largest);
  Real sum = 0;
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count()) {
    p[k] = std::exp(y[k] - largest);
    sum += p[k];
  }
  sum = lanes.sum(sum);
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count()) p[k] /= sum;
}

/// dL/dp = g; dy_k += scale · dL/dy_k = scale · p_k (g_k − Σ_j g_j p_j), all [K]. Near certainty the difference is far
/// smaller than g_k. It is therefore computed in double, with p that are normalised in double, since float ones do not
/// add up to exactly 1.
template <class Lanes, class Real>
HETSYN_HD void softmax_backward(const Lanes& lanes, std::size_t outputs, const Real* p, const double* g, Real scale,
                                Real* d_y) {
  double sum = 0, mean = 0;
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count()) {
    const auto part = static_cast<double>(p[k]);
    sum += part;
    mean += g[k] * part;
  }
  mean = lanes.sum(mean) / lanes.sum(sum);
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count()) {
    d_y[k] += scale * p[k] * static_cast<Real>(g[k] - mean);
  }
}

/// Returns −log softmax(score)[label] and replaces the score [K] by the gradient softmax(score) − onehot(label). Both
/// are precise for small losses: they are computed from the other classes, never as 1 minus the label's probability.
template <class Lanes>
HETSYN_HD double cross_entropy(const Lanes& lanes, std::size_t outputs, std::size_t label, double* score) {
  double at_label = 0, largest = -static_cast<double>(INFINITY);
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count()) {
    at_label += k == label ? score[k] : 0;
    largest = largest < score[k] ? score[k] : largest;
  }
  at_label = lanes.sum(at_label);
  largest = lanes.largest(largest);
  double others = 0;
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count()) {
    score[k] = k == label ? 0 : std::exp(score[k] - largest);
    others += score[k];
  }
  others = lanes.sum(others);
  const double sum = std::exp(at_label - largest) + others;
  for (std::size_t k = lanes.first(); k < outputs; k += lanes.count())
    score[k] = (k == label ? -others : score[k]) / sum;
  return at_label < largest ? std::log(sum) + (largest - at_label) : std::log1p(others);
}

/// (y − target)²
template <class Real>
HETSYN_HD double squared_error(Real y, Real target) {
  const Real error = y - target;
  return static_cast<double>(error) * static_cast<double>(error);
}

/// Its gradient, where d_scale is 2 · weight.
template <class Real>
HETSYN_HD Real squared_error_gradient(Real y, Real target, Real d_scale) {
  return d_scale * (y - target);
}

/// The rate regulariser over `neurons` neurons of all populations, with spikes counted over B samples of T steps.
struct RateTerm {
  double mean;          ///< weight / neurons
  double hz_per_spike;  ///< 1 / (B T Δt)
  double target_hz;     ///< r*

  RateTerm(const LossTerm& term, std::size_t neurons, std::size_t samples, std::size_t steps, double dt_ms)
      : mean(term.weight / static_cast<double>(neurons)),
        hz_per_spike(1000.0 / (dt_ms * static_cast<double>(samples * steps))),
        target_hz(term.parameter) {}
};

/// A neuron's contribution to the value; d_spike += dL/dz_j, the same for all samples and steps.
template <class Real>
HETSYN_HD double rate_error(const RateTerm& rate, double spikes, Real& d_spike) {
  const double error = (spikes * rate.hz_per_spike - rate.target_hz) / rate.target_hz;
  d_spike += static_cast<Real>(2.0 * rate.mean * error * rate.hz_per_spike / rate.target_hz);
  return rate.mean * error * error;
}

}  // namespace hetsyn
