#include "training/task_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/error.hpp"
#include "training/loss.hpp"

namespace hetsyn {
namespace {

bool has_term(const TaskInfo& info, LossKind kind) {
  return std::any_of(info.losses.begin(), info.losses.end(),
                     [kind](const LossTerm& term) { return term.kind == kind; });
}

void check_terms(const TaskInfo& info, const NetworkLayout& network) {
  if (info.losses.empty()) throw ConfigError(fmt::format("task {} has no loss", info.name));
  for (const LossTerm& term : info.losses) {
    if (term.kind == LossKind::spike_count && !network.readout().spiking) {
      throw ConfigError(fmt::format("task {} has a spike-count loss, which needs a spiking readout", info.name),
                        "model.spiking_readout");
    }
    if (term.kind == LossKind::trace_mse && info.targets != info.outputs) {
      throw ConfigError(fmt::format("task {} has a trace loss, but {} target columns for {} outputs", info.name,
                                    info.targets, info.outputs));
    }
  }
}

}  // namespace

BatchAnswer answer_of(const Backend& backend, const Batch& batch, const TaskInfo& info, double dt_ms) {
  const std::size_t samples = batch.input.size();
  return {.samples = samples,
          .steps = batch.input.steps,
          .outputs = info.outputs,
          .targets = info.targets,
          .dt_ms = dt_ms,
          .readout = samples == 0 ? std::span<const float>() : backend.readout(),
          .labels = batch.labels,
          .target = batch.target};
}

std::vector<double> firing_rates_hz(const Backend& backend, std::size_t samples, std::size_t steps, double dt_ms) {
  std::vector<double> rates;
  const auto& populations = backend.network().populations;
  for (std::size_t p = 0; p + 1 < populations.size(); ++p) {
    const std::span<const float> counts = backend.spike_counts(p);
    const double spikes = std::accumulate(counts.begin(), counts.end(), 0.0);
    const double seconds = 1e-3 * dt_ms * static_cast<double>(samples * steps * populations[p].size);
    rates.push_back(spikes / seconds);
  }
  return rates;
}

TaskLoss::TaskLoss(const Task& task, const NetworkLayout& network, double dt_ms, Communicator& ranks)
    : task_(task), ranks_(ranks), dt_ms_(dt_ms) {
  check_terms(task.info(), network);
  d_spike_.resize(network.populations.size());
  for (std::size_t p = 0; p + 1 < network.populations.size(); ++p) {
    if (has_term(task.info(), LossKind::rate)) d_spike_[p].resize(network.populations[p].size);
  }
}

std::size_t TaskLoss::bytes(const TaskInfo& info, std::size_t samples, std::size_t steps) {
  const std::size_t arrays = has_term(info, LossKind::callback) ? 2 : 1;
  return arrays * samples * steps * info.outputs * sizeof(float);
}

double TaskLoss::evaluate(const Backend& backend, const Batch& batch, double fraction) {
  const BatchAnswer answer = answer_of(backend, batch, task_.info(), dt_ms_);
  d_readout_.assign(answer.readout.size(), 0.0f);
  for (auto& d : d_spike_) std::fill(d.begin(), d.end(), 0.0f);
  const LossBatch<float> readout{answer.samples, answer.steps,  answer.outputs,
                                 answer.readout, answer.labels, answer.target};
  double value = 0.0;
  for (LossTerm term : task_.info().losses) {
    term.weight *= fraction;
    if (term.kind == LossKind::rate) {
      value += rate_term(term, backend, batch);
    } else if (answer.samples > 0) {
      const bool callback = term.kind == LossKind::callback;
      value += callback ? callback_term(term, answer) : readout_loss<float>(term, readout, d_readout_);
    }
  }
  return value;
}

double TaskLoss::callback_term(const LossTerm& term, const BatchAnswer& answer) {
  d_callback_.assign(answer.readout.size(), 0.0f);
  const double value = task_.loss_callback(answer, d_callback_);
  const auto weight = static_cast<float>(term.weight);
  for (std::size_t i = 0; i < d_callback_.size(); ++i) d_readout_[i] += weight * d_callback_[i];
  return term.weight * value;
}

/// The rates are those of the whole batch, so that all ranks find the same value, of which each returns its part.
double TaskLoss::rate_term(LossTerm term, const Backend& backend, const Batch& batch) {
  const std::size_t hidden = d_spike_.size() - 1, samples = batch.input.size();
  std::vector<std::vector<double>> spikes;
  for (std::size_t p = 0; p < hidden; ++p) {
    const std::span<const float> counts = samples == 0 ? std::span<const float>() : backend.spike_counts(p);
    spikes.push_back(spikes_per_neuron(counts, d_spike_[p].size()));
    ranks_.sum(spikes.back());
  }
  if (samples == 0) return 0.0;
  const double part = static_cast<double>(samples) / static_cast<double>(batch.whole());
  term.weight /= part;  // from this rank's fraction of the step to the whole batch's
  const auto d_spike = std::span(d_spike_).first(hidden);
  return part * rate_loss<float>(term, spikes, batch.whole(), batch.input.steps, dt_ms_, d_spike);
}

}  // namespace hetsyn
