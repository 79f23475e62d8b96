#include "training/task_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "backend/host_loss.hpp"
#include "core/error.hpp"

namespace hetsyn {
namespace {

bool has_term(const TaskInfo& info, LossKind kind) {
  return std::any_of(info.losses.begin(), info.losses.end(),
                     [kind](const LossTerm& term) { return term.kind == kind; });
}

LossTerm scaled(LossTerm term, double factor) {
  term.weight *= factor;
  return term;
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

void TaskLoss::evaluate(Backend& backend, const Batch& batch, double fraction) {
  value_ = 0.0;
  d_readout_.clear();
  for (auto& d : d_spike_) std::fill(d.begin(), d.end(), 0.0f);
  on_backend_ = evaluate_on_backend(backend, batch, fraction);
  if (!on_backend_) add_readout_terms(backend, batch, fraction);
  if (rates_on_backend()) return;
  for (const LossTerm& term : task_.info().losses) {
    if (term.kind == LossKind::rate) value_ += rate_term(scaled(term, fraction), backend, batch);
  }
}

bool TaskLoss::evaluate_on_backend(Backend& backend, const Batch& batch, double fraction) {
  const TaskInfo& info = task_.info();
  if (batch.input.size() == 0 || has_term(info, LossKind::callback)) return false;
  std::vector<LossTerm> terms;
  for (const LossTerm& term : info.losses) {
    if (term.kind != LossKind::rate || ranks_.size() == 1) terms.push_back(scaled(term, fraction));
  }
  return backend.evaluate_loss({.terms = terms, .labels = batch.labels, .target = batch.target, .dt_ms = dt_ms_});
}

void TaskLoss::add_readout_terms(const Backend& backend, const Batch& batch, double fraction) {
  const BatchAnswer answer = answer_of(backend, batch, task_.info(), dt_ms_);
  if (answer.samples == 0) return;
  d_readout_.assign(answer.readout.size(), 0.0f);
  const LossBatch<float> readout{answer.samples, answer.steps,  answer.outputs,
                                 answer.readout, answer.labels, answer.target};
  for (const LossTerm& term : task_.info().losses) {
    if (term.kind == LossKind::callback) {
      value_ += callback_term(scaled(term, fraction), answer);
    } else if (term.kind != LossKind::rate) {
      value_ += readout_loss<float>(scaled(term, fraction), readout, d_readout_);
    }
  }
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
