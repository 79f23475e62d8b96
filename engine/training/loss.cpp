#include "training/loss.hpp"

#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "backend/check.hpp"
#include "core/error.hpp"
#include "core/handover.hpp"
#include "training/softmax.hpp"

namespace hetsyn {
namespace {

/// −log softmax(y)[label]; on return d = softmax(y) − onehot(label), its gradient.
template <class Real>
double cross_entropy(std::span<const Real> y, std::size_t label, std::span<Real> d) {
  const Real log_sum = softmax<Real>(y, d);
  d[label] -= 1;
  return static_cast<double>(log_sum - y[label]);
}

/// One sample's readout and its gradient, both [T][K].
template <class Real>
struct SampleView {
  std::span<const Real> y;
  std::span<Real> d_y;
  std::size_t steps, outputs;

  [[nodiscard]] std::span<const Real> y_at(std::size_t t) const { return y.subspan(t * outputs, outputs); }
  [[nodiscard]] std::span<Real> d_y_at(std::size_t t) const { return d_y.subspan(t * outputs, outputs); }
};

/// With p_t = softmax(y_t), S = Σ_{t ≥ skip} p_t and g = dL/dS:  dL/dy_tk = p_tk (g_k − Σ_j g_j p_tj).
template <class Real>
double softmax_sum(const SampleView<Real>& sample, std::size_t label, std::size_t skip, Real scale) {
  const std::size_t outputs = sample.outputs;
  std::vector<Real> p((sample.steps - skip) * outputs);
  std::vector<Real> sum(outputs, Real{0}), g(outputs);
  const auto p_at = [&](std::size_t t) { return std::span<Real>(p).subspan((t - skip) * outputs, outputs); };
  for (std::size_t t = skip; t < sample.steps; ++t) {
    softmax<Real>(sample.y_at(t), p_at(t));
    for (std::size_t k = 0; k < outputs; ++k) sum[k] += p_at(t)[k];
  }
  const double value = cross_entropy<Real>(sum, label, g);
  for (std::size_t t = skip; t < sample.steps; ++t) {
    const std::span<const Real> p_t = p_at(t);
    const std::span<Real> d_y = sample.d_y_at(t);
    const Real mean = std::inner_product(g.begin(), g.end(), p_t.begin(), Real{0});
    for (std::size_t k = 0; k < outputs; ++k) d_y[k] += scale * p_t[k] * (g[k] - mean);
  }
  return value;
}

template <class Real>
double last_step(const SampleView<Real>& sample, std::size_t label, Real scale) {
  std::vector<Real> d(sample.outputs);
  const double value = cross_entropy<Real>(sample.y_at(sample.steps - 1), label, d);
  const std::span<Real> d_y = sample.d_y_at(sample.steps - 1);
  for (std::size_t k = 0; k < sample.outputs; ++k) d_y[k] += scale * d[k];
  return value;
}

template <class Real>
double spike_count(const SampleView<Real>& sample, std::size_t label, Real spikes_per_logit, Real scale) {
  std::vector<Real> count(sample.outputs, Real{0}), d(sample.outputs);
  for (std::size_t t = 0; t < sample.steps; ++t) {
    for (std::size_t k = 0; k < sample.outputs; ++k) count[k] += sample.y_at(t)[k];
  }
  for (Real& logit : count) logit /= spikes_per_logit;
  const double value = cross_entropy<Real>(count, label, d);
  for (Real& d_count : d) d_count *= scale / spikes_per_logit;
  for (std::size_t t = 0; t < sample.steps; ++t) {
    for (std::size_t k = 0; k < sample.outputs; ++k) sample.d_y_at(t)[k] += d[k];
  }
  return value;
}

template <class Real>
double trace_mse(const SampleView<Real>& sample, std::span<const float> target, Real scale) {
  const double mean = 1.0 / static_cast<double>(sample.y.size());
  const Real d_scale = scale * static_cast<Real>(2.0 * mean);
  double sum = 0.0;
  for (std::size_t i = 0; i < sample.y.size(); ++i) {
    const Real error = sample.y[i] - static_cast<Real>(target[i]);
    sum += static_cast<double>(error) * static_cast<double>(error);
    sample.d_y[i] += d_scale * error;
  }
  return sum * mean;
}

std::size_t skipped_steps(const LossTerm& term, std::size_t steps) {
  if (term.parameter >= 0.0 && term.parameter < static_cast<double>(steps)) {
    return static_cast<std::size_t>(term.parameter);
  }
  throw DataError(
      fmt::format("loss softmax_sum leaves out {} steps of {}: at least one must remain", term.parameter, steps));
}

template <class Real>
void check_batch(const LossTerm& term, const LossBatch<Real>& batch, std::span<Real> d_readout) {
  const std::size_t size = batch.samples * batch.steps * batch.outputs;
  if (size == 0) throw DataError("loss: the batch is empty");
  check_size("loss: readout", batch.readout.size(), size);
  check_size("loss: gradient of the readout", d_readout.size(), size);
  if (term.kind == LossKind::trace_mse) {
    check_size("loss: target trace", batch.target.size(), size);
    return;
  }
  check_size("loss: labels", batch.labels.size(), batch.samples);
  for (const std::int32_t label : batch.labels) {
    if (label >= 0 && static_cast<std::size_t>(label) < batch.outputs) continue;
    throw DataError(fmt::format("loss: label {} is outside [0, {})", label, batch.outputs));
  }
}

}  // namespace

template <class Real>
double readout_loss(const LossTerm& term, const LossBatch<Real>& batch, std::span<Real> d_readout) {
  check_batch(term, batch, d_readout);
  const std::size_t skip = term.kind == LossKind::softmax_sum ? skipped_steps(term, batch.steps) : 0;
  const std::size_t size = batch.steps * batch.outputs;
  const Real spikes_per_logit = term.parameter == 0.0 ? Real{1} : static_cast<Real>(term.parameter);
  const Real scale = static_cast<Real>(term.weight / static_cast<double>(batch.samples));
  std::vector<double> values(batch.samples);  // summed in order below, so that threads do not change the result
  const auto judge = [&](std::size_t b) {
    const SampleView<Real> sample{batch.readout.subspan(b * size, size), d_readout.subspan(b * size, size), batch.steps,
                                  batch.outputs};
    const auto label = [&] { return static_cast<std::size_t>(batch.labels[b]); };
    switch (term.kind) {
      case LossKind::softmax_sum: values[b] = softmax_sum(sample, label(), skip, scale); break;
      case LossKind::last_step: values[b] = last_step(sample, label(), scale); break;
      case LossKind::spike_count: values[b] = spike_count(sample, label(), spikes_per_logit, scale); break;
      case LossKind::trace_mse: values[b] = trace_mse(sample, batch.target.subspan(b * size, size), scale); break;
      case LossKind::rate:
      case LossKind::callback: throw DataError("loss: rate and callback are not losses of the readout");
    }
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
  const double target_hz = term.parameter;
  if (!(target_hz > 0.0)) throw DataError(fmt::format("loss rate: the target rate is {} Hz, not positive", target_hz));
  check_size("loss rate: gradients", d_spike.size(), spikes.size());
  const double hz_per_spike = 1000.0 / (dt_ms * static_cast<double>(samples * steps));
  std::size_t neurons = 0;
  for (std::size_t p = 0; p < spikes.size(); ++p) {
    check_size("loss rate: spikes", spikes[p].size(), d_spike[p].size());
    neurons += d_spike[p].size();
  }
  const double mean = term.weight / static_cast<double>(neurons);
  double value = 0.0;
  for (std::size_t p = 0; p < spikes.size(); ++p) {
    for (std::size_t j = 0; j < spikes[p].size(); ++j) {
      const double error = (spikes[p][j] * hz_per_spike - target_hz) / target_hz;
      value += mean * error * error;
      d_spike[p][j] += static_cast<Real>(2.0 * mean * error * hz_per_spike / target_hz);
    }
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
