#include "training/task_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <numeric>

#include "backend/host_loss.hpp"
#include "training/stage_range.hpp"

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
    const LossInfo& loss = loss_info(term.kind);
    if (loss.needs_spikes && !network.readout().spiking) {
      throw ConfigError(fmt::format("task {} has the loss {}, which needs a spiking readout", info.name, loss.name),
                        "model.spiking_readout");
    }
    if (has_target(term.kind) && info.targets != info.outputs) {
      throw ConfigError(fmt::format("task {} has the loss {}, but {} target columns for {} outputs", info.name,
                                    loss.name, info.targets, info.outputs));
    }
  }
}

}  // namespace

BatchAnswer answer_of(const std::optional<BackendPass>& pass, const Batch& batch, const TaskInfo& info, double dt_ms) {
  const View<const float, 3> nothing({}, {0, batch.input.steps, info.outputs});
  return {.dt_ms = dt_ms,
          .readout = pass ? pass->readout() : nothing,
          .labels = batch.labels,
          .target = {batch.target, {batch.input.size(), batch.input.steps, info.targets}}};
}

std::vector<double> firing_rates_hz(const BackendPass& pass) {
  std::vector<double> rates;
  const auto& populations = pass.network().populations;
  for (std::size_t p = 0; p + 1 < populations.size(); ++p) {
    const std::span<const float> counts = pass.spike_counts(p);
    const double spikes = std::accumulate(counts.begin(), counts.end(), 0.0);
    const std::size_t steps = pass.shape().samples * pass.shape().steps;
    const double seconds = 1e-3 * pass.network().dt_ms * static_cast<double>(steps * populations[p].size);
    rates.push_back(spikes / seconds);
  }
  return rates;
}

TaskLoss::TaskLoss(const Task& task, const NetworkLayout& network, Communicator& ranks)
    : task_(task),
      ranks_(ranks),
      dt_ms_(network.dt_ms),
      has_callback_(has_term(task.info(), LossKind::callback)),
      shares_rates_(ranks.size() > 1 && has_term(task.info(), LossKind::rate)) {
  check_terms(task.info(), network);
  d_spike_.resize(network.populations.size());
  for (std::size_t p = 0; shares_rates_ && p + 1 < network.populations.size(); ++p) {
    d_spike_[p].resize(network.populations[p].size);
  }
}

std::size_t TaskLoss::bytes(const TaskInfo& info, std::size_t samples, std::size_t steps) {
  return has_term(info, LossKind::callback) ? 2 * samples * steps * info.outputs * sizeof(float) : 0;
}

BatchLosses TaskLoss::losses_of(const Batch& batch, double fraction) {
  terms_.clear();
  for (const LossTerm& term : task_.info().losses) {
    const bool left_out = term.kind == LossKind::callback || (term.kind == LossKind::rate && shares_rates_);
    if (!left_out) terms_.push_back(scaled(term, fraction));
  }
  return {.terms = terms_, .labels = batch.labels, .target = batch.target, .dt_ms = dt_ms_};
}

BatchLoss TaskLoss::evaluate(const std::optional<BackendPass>& pass, const Batch& batch, double fraction) {
  if (!pass) return {shared_rates(pass, batch, fraction), std::nullopt};
  if (has_callback_) {
    const double value = compute_on_host(*pass, batch, fraction, LossGradients::none);
    return {value + shared_rates(pass, batch, fraction), std::nullopt};
  }
  const PendingLoss loss = pass->loss(losses_of(batch, fraction));
  return {shared_rates(pass, batch, fraction), loss};
}

BatchLoss TaskLoss::train(const std::optional<TapedPass>& pass, const Batch& batch, double fraction) {
  double on_host = 0.0;
  std::optional<KeptLoss> kept;
  in_stage("loss", [&] {
    if (pass && has_callback_) on_host = compute_on_host(*pass, batch, fraction, LossGradients::kept);
    if (pass && !has_callback_) kept = pass->loss_with_gradients(losses_of(batch, fraction));
    on_host += shared_rates(pass, batch, fraction);
  });
  if (!pass) return {on_host, std::nullopt};
  const StageRange stage("backward");
  if (!kept) {
    pass->backward({host_.d_readout, shares_rates_ ? d_spike_ : host_.d_spike});
  } else if (shares_rates_) {
    kept->backward(d_spike_);
  } else {
    kept->backward();
  }
  return {on_host, kept};
}

double TaskLoss::compute_on_host(const BackendPass& pass, const Batch& batch, double fraction, LossGradients wanted) {
  const auto counts = [&](std::size_t p) { return pass.spike_counts(p); };
  host_.compute(losses_of(batch, fraction), {pass.readout(), pass.network(), counts}, wanted);
  double value = host_.value;
  for (const LossTerm& term : task_.info().losses) {
    if (term.kind != LossKind::callback) continue;
    const double weight = term.weight * fraction;
    value += weight * callback_value(pass, batch);
    for (std::size_t i = 0; i < host_.d_readout.size(); ++i) {
      host_.d_readout[i] += static_cast<float>(weight) * d_callback_[i];
    }
  }
  return value;
}

double TaskLoss::callback_value(const BackendPass& pass, const Batch& batch) {
  const BatchAnswer answer = answer_of(pass, batch, task_.info(), dt_ms_);
  d_callback_.assign(answer.readout.size(), 0.0f);
  return task_.loss_callback(answer, d_callback_);
}

double TaskLoss::shared_rates(const std::optional<BackendPass>& pass, const Batch& batch, double fraction) {
  double value = 0.0;
  for (std::vector<float>& d : d_spike_) std::ranges::fill(d, 0.0f);
  for (const LossTerm& term : task_.info().losses) {
    if (shares_rates_ && term.kind == LossKind::rate) value += shared_rate(scaled(term, fraction), pass, batch);
  }
  return value;
}

/// The rates are those of the whole batch, so that all ranks compute the same value; each returns its part of it.
double TaskLoss::shared_rate(LossTerm term, const std::optional<BackendPass>& pass, const Batch& batch) {
  const std::size_t hidden = d_spike_.size() - 1;
  std::vector<std::vector<double>> spikes;
  for (std::size_t p = 0; p < hidden; ++p) {
    const View<const float, 2> nothing({}, {0, d_spike_[p].size()});
    spikes.push_back(spikes_per_neuron(pass ? pass->spike_counts(p) : nothing));
    ranks_.sum(spikes.back());
  }
  if (!pass) return 0.0;
  const double part = static_cast<double>(batch.input.size()) / static_cast<double>(batch.whole());
  term.weight /= part;  // from this rank's fraction of the step to that of the whole batch
  const auto d_spike = std::span(d_spike_).first(hidden);
  return part * rate_loss<float>(term, spikes, batch.whole(), batch.input.steps, dt_ms_, d_spike);
}

}  // namespace hetsyn
