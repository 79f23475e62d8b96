#include "backend/host_loss.hpp"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <numeric>

#include "backend/check.hpp"
#include "core/handover.hpp"

namespace hetsyn {
namespace {

/// One sample's readout and its gradient, both [T][K].
template <class Real>
struct SampleView {
  std::span<const Real> y;
  std::span<Real> d_y;
  std::size_t steps, outputs;

  [[nodiscard]] const Real* y_at(std::size_t t) const { return &y[t * outputs]; }
  [[nodiscard]] Real* d_y_at(std::size_t t) const { return &d_y[t * outputs]; }
};

template <class Real>
double label_loss(const SampleView<Real>& sample, std::size_t label, const LabelScore& kind, Real scale) {
  constexpr OneLane kAlone;
  const std::size_t outputs = sample.outputs;
  std::vector<Real> p(kind.of_softmax ? (sample.steps - kind.first_step) * outputs : 0);
  std::vector<double> score(outputs, 0.0);
  const auto p_at = [&](std::size_t t) { return &p[(t - kind.first_step) * outputs]; };
  for (std::size_t t = kind.first_step; t < sample.steps; ++t) {
    if (kind.of_softmax) softmax(kAlone, outputs, sample.y_at(t), p_at(t));
    const Real* const added = kind.of_softmax ? p_at(t) : sample.y_at(t);
    for (std::size_t k = 0; k < outputs; ++k) score[k] += static_cast<double>(added[k]);
  }
  for (double& logit : score) logit /= kind.per_logit;
  const double value = cross_entropy(kAlone, outputs, label, score.data());
  const std::vector<double>& g = score;
  const Real d_scale = scale / static_cast<Real>(kind.per_logit);
  for (std::size_t t = kind.first_step; t < sample.steps; ++t) {
    Real* const d_y = sample.d_y_at(t);
    if (kind.of_softmax) {
      softmax_backward(kAlone, outputs, p_at(t), g.data(), d_scale, d_y);
    } else {
      for (std::size_t k = 0; k < outputs; ++k) d_y[k] += d_scale * static_cast<Real>(g[k]);
    }
  }
  return value;
}

template <class Real>
double trace_mse(const SampleView<Real>& sample, std::span<const float> target, Real scale) {
  const double mean = 1.0 / static_cast<double>(sample.y.size());
  const Real d_scale = scale * static_cast<Real>(2.0 * mean);
  double sum = 0.0;
  for (std::size_t i = 0; i < sample.y.size(); ++i) {
    sum += squared_error(sample.y[i], static_cast<Real>(target[i]), d_scale, sample.d_y[i]);
  }
  return sum * mean;
}

}  // namespace

template <class Real>
double readout_loss(const LossTerm& term, const LossBatch<Real>& batch, std::span<Real> d_readout) {
  const ReadoutShape shape{batch.samples, batch.steps, batch.outputs};
  check_readout_loss(term, shape, batch.labels, batch.target);
  check_size("loss: readout", batch.readout.size(), shape.size());
  check_size("loss: gradient of the readout", d_readout.size(), shape.size());
  const std::size_t size = batch.steps * batch.outputs;
  const Real scale = static_cast<Real>(term.weight / static_cast<double>(batch.samples));
  std::vector<double> values(batch.samples);  // summed in order below, so that threads do not change the result
  const auto judge = [&](std::size_t b) {
    const SampleView<Real> sample{batch.readout.subspan(b * size, size), d_readout.subspan(b * size, size), batch.steps,
                                  batch.outputs};
    values[b] = term.kind == LossKind::trace_mse ? trace_mse(sample, batch.target.subspan(b * size, size), scale)
                                                 : label_loss(sample, static_cast<std::size_t>(batch.labels[b]),
                                                              label_score(term, batch.steps), scale);
  };
  Handover join;
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, batch.samples), TaskBody(judge, join));
  join.acquire();
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return term.weight * sum / static_cast<double>(batch.samples);
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

template double readout_loss(const LossTerm&, const LossBatch<float>&, std::span<float>);
template double readout_loss(const LossTerm&, const LossBatch<double>&, std::span<double>);
template std::vector<double> spikes_per_neuron(std::span<const float>, std::size_t);
template std::vector<double> spikes_per_neuron(std::span<const double>, std::size_t);
template double rate_loss(const LossTerm&, std::span<const std::vector<double>>, std::size_t, std::size_t, double,
                          std::span<std::vector<float>>);
template double rate_loss(const LossTerm&, std::span<const std::vector<double>>, std::size_t, std::size_t, double,
                          std::span<std::vector<double>>);

}  // namespace hetsyn
