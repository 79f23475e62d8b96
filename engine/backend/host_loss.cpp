#include "backend/host_loss.hpp"

#include <algorithm>
#include <numeric>

#include "backend/check.hpp"
#include "backend/label_logits.hpp"
#include "base/parallel.hpp"

namespace hetsyn {
namespace {

// Arrays of one sample: y, target and dL/dy are [T][K].

template <class Real>
double label_loss(const View<const Real, 2>& y, std::size_t label, const LabelScore& kind) {
  std::vector<Real> p(y.columns());
  std::vector<double> score = logits(y, kind, [&](std::size_t) { return p.data(); });
  return cross_entropy(OneLane(), y.columns(), label, score.data());
}

template <class Real>
double label_loss(const View<const Real, 2>& y, std::size_t label, const LabelScore& kind, Real scale,
                  const View<Real, 2>& d_y) {
  const std::size_t outputs = y.columns();
  const std::size_t rows = kind.of_softmax ? y.rows() - kind.first_step : 0;
  std::vector<Real> softmaxes(rows * outputs);
  const View<Real, 2> p(softmaxes, {rows, outputs});
  const auto p_at = [&](std::size_t t) { return p.slice(t - kind.first_step).data(); };
  std::vector<double> g = logits(y, kind, p_at);
  const double value = cross_entropy(OneLane(), outputs, label, g.data());
  const Real d_scale = scale / static_cast<Real>(kind.per_logit);
  for (std::size_t t = kind.first_step; t < y.rows(); ++t) {
    const View<Real, 1> d_now = d_y.slice(t);
    if (kind.of_softmax) {
      softmax_backward(OneLane(), outputs, p_at(t), g.data(), d_scale, d_now.data());
    } else {
      for (std::size_t k = 0; k < outputs; ++k) d_now[k] += d_scale * static_cast<Real>(g[k]);
    }
  }
  return value;
}

template <class Real>
double trace_mse(std::span<const Real> y, std::span<const float> target) {
  double sum = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) sum += squared_error(y[i], static_cast<Real>(target[i]));
  return sum * (1.0 / static_cast<double>(y.size()));
}

template <class Real>
void trace_mse_backward(std::span<const Real> y, std::span<const float> target, Real scale, std::span<Real> d_readout) {
  const Real d_scale = scale * static_cast<Real>(2.0 * (1.0 / static_cast<double>(y.size())));
  for (std::size_t i = 0; i < y.size(); ++i) {
    d_readout[i] += squared_error_gradient(y[i], static_cast<Real>(target[i]), d_scale);
  }
}

/// Weighted mean over the samples b of loss(b, values of b).
template <class Real, class Loss>
double mean_over_samples(const LossTerm& term, const LossBatch<Real>& batch, const Loss& loss) {
  const std::size_t samples = batch.readout.samples();
  check_readout_loss(term, {samples, batch.readout.steps(), batch.readout.units()}, batch.labels, batch.target);
  std::vector<double> values(samples);  // summed in order below, so that the number of threads does not matter
  const auto run = [&](std::size_t b) { values[b] = loss(b); };
  for_each_index(samples, run);
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return term.weight * sum / static_cast<double>(samples);
}

/// The label of sample b, which mean_over_samples() has checked.
template <class Real>
View<const float, 2> target_of(const LossBatch<Real>& batch, std::size_t b) {
  return View<const float, 3>(batch.target, batch.readout.extents()).slice(b);
}

}  // namespace

template <class Real>
double readout_loss(const LossTerm& term, const LossBatch<Real>& batch) {
  return mean_over_samples(term, batch, [&](std::size_t b) {
    const View<const Real, 2> y = batch.readout.slice(b);
    if (has_target(term.kind)) return trace_mse<Real>(y, target_of(batch, b));
    return label_loss(y, static_cast<std::size_t>(batch.labels[b]), label_score(term, y.rows()));
  });
}

template <class Real>
double readout_loss(const LossTerm& term, const LossBatch<Real>& batch, std::span<Real> d_readout) {
  check_size("loss: gradient of the readout", d_readout.size(), batch.readout.size());
  const View<Real, 3> d(d_readout, batch.readout.extents());
  const Real scale = static_cast<Real>(term.weight / static_cast<double>(batch.readout.samples()));
  return mean_over_samples(term, batch, [&](std::size_t b) {
    const View<const Real, 2> y = batch.readout.slice(b);
    if (has_target(term.kind)) {
      trace_mse_backward<Real>(y, target_of(batch, b), scale, d.slice(b));
      return trace_mse<Real>(y, target_of(batch, b));
    }
    const auto label = static_cast<std::size_t>(batch.labels[b]);
    return label_loss(y, label, label_score(term, y.rows()), scale, d.slice(b));
  });
}

template <class Real>
std::vector<double> spikes_per_neuron(const View<const Real, 2>& counts) {
  std::vector<double> spikes(counts.columns(), 0.0);
  for (std::size_t b = 0; b < counts.rows(); ++b) {
    for (std::size_t j = 0; j < counts.columns(); ++j) spikes[j] += static_cast<double>(counts(b, j));
  }
  return spikes;
}

template <class Real>
double rate_loss(const LossTerm& term, std::span<const std::vector<double>> spikes, std::size_t samples,
                 std::size_t steps, double dt_ms, std::span<std::vector<Real>> d_spike) {
  check_rate_loss(term);
  check_size("loss rate: gradients", d_spike.size(), spikes.size());
  std::size_t neurons = 0;
  for (std::size_t p = 0; p < spikes.size(); ++p) {
    check_size("loss rate: spikes", spikes[p].size(), d_spike[p].size());
    neurons += d_spike[p].size();
  }
  const RateTerm rate(term, neurons, samples, steps, dt_ms);
  double value = 0.0;
  for (std::size_t p = 0; p < spikes.size(); ++p) {
    for (std::size_t j = 0; j < spikes[p].size(); ++j) value += rate_error(rate, spikes[p][j], d_spike[p][j]);
  }
  return value;
}

template <class Real>
void HostLosses<Real>::compute(const BatchLosses& losses, const HostAnswer<Real>& answer, LossGradients wanted) {
  const std::size_t hidden = answer.network.populations.size() - 1;
  const LossBatch<Real> batch{answer.readout, losses.labels, losses.target};
  const bool keeps = wanted == LossGradients::kept;
  value = 0.0;
  d_readout.resize(keeps ? answer.readout.size() : 0);
  if (keeps) {
    const View<Real, 3> d(d_readout, answer.readout.extents());
    const auto clear = [&](std::size_t b) { std::ranges::fill(d.slice(b), Real{}); };
    for_each_index(d.samples(), clear);
  }
  d_spike.assign(hidden + 1, {});
  for (const LossTerm& term : losses.terms) {
    if (term.kind != LossKind::rate) {
      value += keeps ? readout_loss<Real>(term, batch, d_readout) : readout_loss(term, batch);
      continue;
    }
    std::vector<std::vector<double>> spikes;
    for (std::size_t p = 0; p < hidden; ++p) {
      spikes.push_back(spikes_per_neuron(answer.spike_counts(p)));
      d_spike[p].resize(answer.network.populations[p].size);
    }
    value += rate_loss<Real>(term, spikes, answer.readout.samples(), answer.readout.steps(), losses.dt_ms,
                             std::span(d_spike).first(hidden));
  }
}

template double readout_loss(const LossTerm&, const LossBatch<float>&);
template double readout_loss(const LossTerm&, const LossBatch<double>&);
template double readout_loss(const LossTerm&, const LossBatch<float>&, std::span<float>);
template double readout_loss(const LossTerm&, const LossBatch<double>&, std::span<double>);
template std::vector<double> spikes_per_neuron(const View<const float, 2>&);
template std::vector<double> spikes_per_neuron(const View<const double, 2>&);
template double rate_loss(const LossTerm&, std::span<const std::vector<double>>, std::size_t, std::size_t, double,
                          std::span<std::vector<float>>);
template double rate_loss(const LossTerm&, std::span<const std::vector<double>>, std::size_t, std::size_t, double,
                          std::span<std::vector<double>>);
template struct HostLosses<float>;
template struct HostLosses<double>;

}  // namespace hetsyn
