#include "backend/host_loss.hpp"

#include <numeric>

#include "backend/check.hpp"
#include "backend/label_logits.hpp"
#include "base/parallel.hpp"

namespace hetsyn {
namespace {

template <class Real>
double label_loss(const SampleReadout<Real>& sample, std::size_t label, const LabelScore& kind) {
  std::vector<Real> p(sample.outputs);
  std::vector<double> score = logits(sample, kind, [&](std::size_t) { return p.data(); });
  return cross_entropy(OneLane(), sample.outputs, label, score.data());
}

template <class Real>
double label_loss(const SampleReadout<Real>& sample, std::size_t label, const LabelScore& kind, Real scale,
                  std::span<Real> d_readout) {
  const std::size_t outputs = sample.outputs;
  std::vector<Real> p(kind.of_softmax ? (sample.steps - kind.first_step) * outputs : 0);
  const auto p_at = [&](std::size_t t) { return &p[(t - kind.first_step) * outputs]; };
  std::vector<double> g = logits(sample, kind, p_at);
  const double value = cross_entropy(OneLane(), outputs, label, g.data());
  const Real d_scale = scale / static_cast<Real>(kind.per_logit);
  for (std::size_t t = kind.first_step; t < sample.steps; ++t) {
    Real* const d_y = &d_readout[t * outputs];
    if (kind.of_softmax) {
      softmax_backward(OneLane(), outputs, p_at(t), g.data(), d_scale, d_y);
    } else {
      for (std::size_t k = 0; k < outputs; ++k) d_y[k] += d_scale * static_cast<Real>(g[k]);
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

/// Weighted mean of what each sample's loss(b, values of sample b) returns.
template <class Real, class Loss>
double mean_over_samples(const LossTerm& term, const LossBatch<Real>& batch, const Loss& loss) {
  const ReadoutShape shape{batch.samples, batch.steps, batch.outputs};
  check_readout_loss(term, shape, batch.labels, batch.target);
  check_size("loss: readout", batch.readout.size(), shape.size());
  std::vector<double> values(batch.samples);  // summed in order below, so that threads do not change the result
  const auto run = [&](std::size_t b) { values[b] = loss(b); };
  for_each_index(batch.samples, run);
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return term.weight * sum / static_cast<double>(batch.samples);
}

}  // namespace

template <class Real>
double readout_loss(const LossTerm& term, const LossBatch<Real>& batch) {
  const std::size_t size = batch.steps * batch.outputs;
  return mean_over_samples(term, batch, [&](std::size_t b) {
    const std::span<const Real> y = batch.readout.subspan(b * size, size);
    if (has_target(term.kind)) return trace_mse(y, batch.target.subspan(b * size, size));
    const auto label = static_cast<std::size_t>(batch.labels[b]);
    return label_loss(SampleReadout<Real>{y, batch.steps, batch.outputs}, label, label_score(term, batch.steps));
  });
}

template <class Real>
double readout_loss(const LossTerm& term, const LossBatch<Real>& batch, std::span<Real> d_readout) {
  const std::size_t size = batch.steps * batch.outputs;
  check_size("loss: gradient of the readout", d_readout.size(), batch.samples * size);
  const Real scale = static_cast<Real>(term.weight / static_cast<double>(batch.samples));
  return mean_over_samples(term, batch, [&](std::size_t b) {
    const std::span<const Real> y = batch.readout.subspan(b * size, size);
    const std::span<Real> d_y = d_readout.subspan(b * size, size);
    if (has_target(term.kind)) {
      const std::span<const float> target = batch.target.subspan(b * size, size);
      trace_mse_backward(y, target, scale, d_y);
      return trace_mse(y, target);
    }
    const auto label = static_cast<std::size_t>(batch.labels[b]);
    return label_loss(SampleReadout<Real>{y, batch.steps, batch.outputs}, label, label_score(term, batch.steps), scale,
                      d_y);
  });
}

template <class Real>
std::vector<double> spikes_per_neuron(std::span<const Real> counts, std::size_t neurons) {
  std::vector<double> spikes(neurons, 0.0);
  for (std::size_t i = 0; i < counts.size(); ++i) spikes[i % neurons] += static_cast<double>(counts[i]);
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
  const ReadoutShape& shape = answer.shape;
  const std::size_t hidden = answer.network.populations.size() - 1;
  const LossBatch<Real> batch{shape.samples, shape.steps, shape.outputs, answer.readout, losses.labels, losses.target};
  const bool keeps = wanted == LossGradients::kept;
  value = 0.0;
  d_readout.assign(keeps ? shape.size() : 0, Real{});
  d_spike.assign(hidden + 1, {});
  for (const LossTerm& term : losses.terms) {
    if (term.kind != LossKind::rate) {
      value += keeps ? readout_loss<Real>(term, batch, d_readout) : readout_loss(term, batch);
      continue;
    }
    std::vector<std::vector<double>> spikes;
    for (std::size_t p = 0; p < hidden; ++p) {
      const std::size_t neurons = answer.network.populations[p].size;
      spikes.push_back(spikes_per_neuron(answer.spike_counts(p), neurons));
      d_spike[p].resize(neurons);
    }
    value += rate_loss<Real>(term, spikes, shape.samples, shape.steps, losses.dt_ms, std::span(d_spike).first(hidden));
  }
}

template double readout_loss(const LossTerm&, const LossBatch<float>&);
template double readout_loss(const LossTerm&, const LossBatch<double>&);
template double readout_loss(const LossTerm&, const LossBatch<float>&, std::span<float>);
template double readout_loss(const LossTerm&, const LossBatch<double>&, std::span<double>);
template std::vector<double> spikes_per_neuron(std::span<const float>, std::size_t);
template std::vector<double> spikes_per_neuron(std::span<const double>, std::size_t);
template double rate_loss(const LossTerm&, std::span<const std::vector<double>>, std::size_t, std::size_t, double,
                          std::span<std::vector<float>>);
template double rate_loss(const LossTerm&, std::span<const std::vector<double>>, std::size_t, std::size_t, double,
                          std::span<std::vector<double>>);
template struct HostLosses<float>;
template struct HostLosses<double>;

}  // namespace hetsyn
