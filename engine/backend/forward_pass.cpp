#include "backend/forward_pass.hpp"

#include <algorithm>
#include <hetsyn/exceptions.hpp>

#include "backend/backend.hpp"
#include "backend/check.hpp"
#include "backend/host_metrics.hpp"

namespace hetsyn {
namespace {

void check_gradients(const OutputGradients& gradients, const ReadoutShape& shape) {
  check_size("d_readout", gradients.readout.size(), shape.size());
}

/// Throws DataError unless each vector of d_spike is empty or has an element for each neuron.
void check_spike_gradients(SpikeGradients d_spike, const NetworkLayout& network) {
  if (d_spike.empty()) return;
  check_size("d_spike", d_spike.size(), network.populations.size());
  for (std::size_t p = 0; p < d_spike.size(); ++p) {
    if (!d_spike[p].empty()) check_size("d_spike of a population", d_spike[p].size(), network.populations[p].size);
  }
}

/// Spike counts as [B][N].
View<const float, 2> by_neuron(std::span<const float> counts, std::size_t samples) {
  return {counts, {samples, counts.size() / samples}};
}

void check_losses(const BatchLosses& losses, const ReadoutShape& shape) {
  for (const LossTerm& term : losses.terms) {
    if (term.kind == LossKind::rate) {
      check_rate_loss(term);
    } else {
      check_readout_loss(term, shape, losses.labels, losses.target);
    }
  }
}

}  // namespace

// ---- passes of a backend --------------------------------------------------------------------------------------------

void Backend::start_pass(const InputBatch& batch, const ForwardOptions& options) {
  ++passes_;
  has_loss_ = has_tape_ = has_metrics_ = false;
  check_input(batch, network());
  if (!batch.prepared.empty()) check_size("prepared samples", batch.prepared.size(), batch.size());
  shape_ = {batch.size(), batch.steps, network().outputs()};
  run_forward(batch, options);
  has_tape_ = options.keep_tape;
  has_potentials_ = true;
}

BackendPass Backend::forward(const InputBatch& batch) {
  start_pass(batch, {.keep_tape = false, .dropout = std::nullopt});
  return {*this, passes_, shape_};
}

TapedPass Backend::forward_with_tape(const InputBatch& batch, const std::optional<DropoutKey>& dropout) {
  start_pass(batch, {.keep_tape = true, .dropout = dropout});
  return {*this, passes_, shape_};
}

void Backend::start_losses(const BatchLosses& losses, LossGradients wanted) {
  check_losses(losses, shape_);
  has_loss_ = false;
  ++losses_;
  loss_has_rates_ = std::ranges::any_of(losses.terms, [](const LossTerm& t) { return t.kind == LossKind::rate; });
  loss_on_host_ = !start_loss(losses, wanted);
  if (loss_on_host_) {
    const auto counts = [this](std::size_t p) { return by_neuron(spike_counts(p), shape_.samples); };
    host_losses_.compute(losses, {{readout(), shape_.extents()}, network(), counts}, wanted);
  }
  has_loss_ = true;
}

void Backend::start(const BatchMetrics& metrics) {
  for (const LossTerm& decision : metrics.decisions) check_decision(decision, shape_);
  if (metrics.target) check_size("metric: target trace", metrics.target->size(), shape_.size());
  ++metrics_;
  has_metrics_ = true;
  wanted_metrics_ = metrics;
  metric_values_.reset();
  metrics_on_host_ = !start_metrics(metrics);
}

void Backend::use_tape() {
  if (!has_tape_) throw RunError("the tape of a forward pass serves one backward pass");
  has_tape_ = false;
  has_potentials_ = false;
}

// ---- handles -------------------------------------------------------------------------------------------------------

Backend& BackendPass::current() const {
  if (pass_ != backend_->passes_) throw RunError("a forward pass was used after a later one");
  return *backend_;
}

const NetworkLayout& BackendPass::network() const { return backend_->network(); }
View<const float, 3> BackendPass::readout() const { return {current().readout(), shape_.extents()}; }
void BackendPass::request_readout() const { current().request_readout(); }
View<const float, 2> BackendPass::spike_counts(std::size_t population) const {
  return by_neuron(current().spike_counts(population), shape_.samples);
}
std::vector<float> BackendPass::tape(Field field, std::size_t population) const {
  Backend& backend = current();
  if (field == Field::potential && !backend.has_potentials_) {
    throw RunError("the backward pass has overwritten the potentials of its forward pass");
  }
  return backend.tape(field, population);
}

PendingLoss BackendPass::loss(const BatchLosses& losses) const {
  Backend& backend = current();
  backend.start_losses(losses, LossGradients::none);
  return {backend, backend.losses_};
}

PendingMetrics BackendPass::metrics(const BatchMetrics& metrics) const {
  Backend& backend = current();
  backend.start(metrics);
  return {backend, backend.metrics_};
}

const MetricValues& PendingMetrics::values() const {
  Backend& backend = *backend_;
  if (!backend.has_metrics_ || metrics_ != backend.metrics_) {
    throw RunError("metrics were asked for after later ones, or after another forward pass, of their backend");
  }
  if (!backend.metric_values_) {
    backend.metric_values_ = backend.metrics_on_host_
                                 ? host_metrics(backend.wanted_metrics_, {backend.readout(), backend.shape_.extents()})
                                 : backend.finish_metrics();
  }
  return *backend.metric_values_;
}

KeptLoss TapedPass::loss_with_gradients(const BatchLosses& losses) const {
  Backend& backend = current();
  backend.start_losses(losses, LossGradients::kept);
  return {backend, backend.losses_};
}

void TapedPass::backward(const OutputGradients& gradients, std::span<float> d_input) const {
  Backend& backend = current();
  check_gradients(gradients, backend.shape_);
  if (!d_input.empty()) {
    check_size("d_input", d_input.size(), backend.shape_.samples * backend.shape_.steps * backend.network().inputs());
  }
  check_spike_gradients(gradients.spikes, backend.network());
  backend.use_tape();
  backend.run_backward(gradients, d_input);
}

Backend& PendingLoss::current() const {
  if (!backend_->has_loss_ || loss_ != backend_->losses_) {
    throw RunError("a loss was used after a later loss or forward pass of its backend");
  }
  return *backend_;
}

double PendingLoss::value() const {
  const Backend& backend = current();
  return backend.loss_on_host_ ? backend.host_losses_.value : backend.finish_loss();
}

void KeptLoss::backward() const {
  Backend& backend = current();
  backend.use_tape();
  if (!backend.loss_on_host_) return backend.run_backward_of_loss(std::nullopt);
  backend.run_backward({backend.host_losses_.d_readout, backend.host_losses_.d_spike}, {});
}

void KeptLoss::backward(SpikeGradients d_spike) const {
  Backend& backend = current();
  if (backend.loss_has_rates_) throw RunError("a loss with a rate term has its own gradients of rates");
  check_spike_gradients(d_spike, backend.network());
  backend.use_tape();
  if (!backend.loss_on_host_) return backend.run_backward_of_loss(d_spike);
  backend.run_backward({backend.host_losses_.d_readout, d_spike}, {});
}

}  // namespace hetsyn
