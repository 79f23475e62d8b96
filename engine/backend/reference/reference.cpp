#include "backend/reference/reference.hpp"

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <utility>

#include "backend/check.hpp"
#include "backend/dropout.hpp"
#include "dynamics/surrogate.hpp"
#include "state/dense_input.hpp"

namespace hetsyn {
namespace {

/// x of the first population, dense [B][T][inputs].
std::vector<double> dense_input(const InputBatch& batch) {
  std::vector<double> values(batch.size() * batch.steps * batch.inputs, 0.0);
  const View<double, 3> x(values, {batch.size(), batch.steps, batch.inputs});
  for (std::size_t b = 0; b < batch.size(); ++b) write_dense(*batch.samples[b], batch.kind, x.slice(b));
  return values;
}

}  // namespace

BackendMemory reference_memory(const NetworkLayout& network, const InputBatch& batch,
                               const BackendOptions& /*options*/) {
  const std::size_t rows = batch.size() * batch.steps;
  CountBytes tape;
  std::size_t inputs = 0, widest = 0;  // elements of a row
  for (const PopulationLayout& population : network.populations) {
    ReferenceTape().each_array(population, rows, tape);
    inputs += population.inputs;
    widest = std::max(widest, population.inputs + population.size);
  }
  BackendMemory memory{ParameterStore<double>::memory(parameter_layout(network)), 0.0};
  memory.uses.push_back({"tape", tape.bytes + rows * inputs * sizeof(double)});
  memory.uses.push_back({"gradient of the loss", rows * network.outputs() * sizeof(double)});
  memory.uses.push_back(
      {"gradients of spikes", rows * widest * sizeof(double)});  // of a population and of the one below
  return memory;
}

Reference::Reference(NetworkState state)
    : network_(std::move(state.network)), store_(state.layout, state.parameters, state.trainable) {}

void Reference::forward(const InputBatch& batch, const ForwardOptions& options,
                        std::span<const std::vector<double>> forced_spikes) {
  check_input(batch, network_);
  samples_ = batch.size();
  steps_ = batch.steps;
  options_ = options;
  tapes_.clear();
  counts_.clear();
  inputs_.assign(1, dense_input(batch));
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    forward_population(p, p < forced_spikes.size() ? forced_spikes[p] : std::span<const double>());
  }
}

TapeView Reference::tape_view(std::size_t population) {
  return {network_.populations[population], samples_, steps_, tapes_[population]};
}

void Reference::forward_population(std::size_t population, std::span<const double> forced) {
  const PopulationLayout& layout = network_.populations[population];
  const bool is_readout = population + 1 == network_.populations.size();
  const std::size_t spikes = samples_ * steps_ * layout.size;
  if (!forced.empty()) check_size("forced spikes", forced.size(), spikes);
  tapes_.emplace_back().each_array(layout, samples_ * steps_, ResizeArrays{});
  counts_.emplace_back(layout.spiking ? samples_ * layout.size : 0, 0.0);
  if (!is_readout) inputs_.emplace_back(spikes, 0.0);
  const PopulationBlock<const double> parameters(store_.block(Block::parameters), store_.layout(), population);
  const View<double, 3> x = input(population);
  const TapeView tape = tape_view(population);
  for (std::size_t b = 0; b < samples_; ++b) {
    for (std::size_t t = 0; t < steps_; ++t) {
      reference_step(layout, parameters, {b, t}, x.slice(b, t), tape);
      if (layout.spiking) fire(population, {b, t}, forced);
      if (!is_readout) feed_next(population, {b, t});
    }
  }
}

/// Writes one row of z and counts the spikes.
void Reference::fire(std::size_t population, TapePlace at, std::span<const double> forced) {
  const PopulationLayout& layout = network_.populations[population];
  const double threshold = layout.neuron.threshold;
  const TapeView tape = tape_view(population);
  const View<double, 2> counts(counts_[population], {samples_, layout.size});
  for (std::size_t j = 0; j < layout.size; ++j) {
    const double potential = tape.potential(at.sample, at.step, j);
    double& spike = tape.spike(at.sample, at.step, j);
    if (!forced.empty()) {
      spike = by_step(forced, layout.size)(at.sample, at.step, j);
    } else if (layout.smooth_spikes) {
      spike = surrogate_integral(layout.surrogate, potential - threshold, threshold);
    } else {
      spike = heaviside(potential, threshold);
    }
    counts(at.sample, j) += spike;
  }
}

/// The factor by which dropout multiplies a spike on its way to the next population; 0 if it is lost.
double Reference::spike_gain(std::size_t population, TapePlace at, std::size_t neuron) const {
  const double probability = network_.populations[population].dropout;
  if (!options_.dropout || probability == 0.0) return 1.0;
  const auto index = [](std::size_t i) { return static_cast<std::uint32_t>(i); };
  const bool kept = dropout_keeps(*options_.dropout, index(population), index(at.sample), index(at.step), index(neuron),
                                  dropout_threshold(probability));
  return kept ? dropout_scale(probability) : 0.0;
}

/// Writes one row of the input of the population above.
void Reference::feed_next(std::size_t population, TapePlace at) {
  const std::span<const double> spikes = tape_view(population).spike.slice(at.sample, at.step);
  const std::span<double> x = input(population + 1).slice(at.sample, at.step);
  for (std::size_t j = 0; j < spikes.size(); ++j) x[j] = spike_gain(population, at, j) * spikes[j];
}

View<const double, 3> Reference::readout() const {
  if (tapes_.empty()) return {};
  const ReferenceTape& tape = tapes_.back();
  return by_step(std::span(network_.readout().spiking ? tape.spike : tape.potential), network_.outputs());
}

View<const double, 2> Reference::spike_counts(std::size_t population) const {
  const std::vector<double>& counts = counts_.at(population);
  return {counts, {samples_, counts.size() / samples_}};
}

std::vector<double> Reference::backward(std::span<const double> d_readout,
                                        std::span<const std::vector<double>> d_spike) {
  if (!options_.keep_tape) throw RunError("backward() needs a forward() that kept its tape");
  const std::size_t count = network_.populations.size();
  check_size("d_readout", d_readout.size(), samples_ * steps_ * network_.outputs());
  if (!d_spike.empty()) check_size("d_spike", d_spike.size(), count);

  std::vector<double> d_output(d_readout.begin(), d_readout.end());
  for (std::size_t p = count; p-- > 0;) {
    const std::size_t n = network_.populations[p].size;
    if (!d_spike.empty() && !d_spike[p].empty() && network_.populations[p].spiking) {
      check_size("d_spike of a population", d_spike[p].size(), n);
      for (std::size_t k = 0; k < d_output.size(); ++k) d_output[k] += d_spike[p][k % n];
    }
    backward_population(p, d_output);
  }
  store_.mask_gradients();
  return d_output;
}

/// Takes dL/dz (or dL/dV^out) of a population [B][T][N], adds to its gradients, and replaces it by dL/dz of the
/// population below, or by dL/dx.
void Reference::backward_population(std::size_t population, std::vector<double>& d_output) {
  const PopulationLayout& layout = network_.populations[population];
  const PopulationBlock<const double> parameters(store_.block(Block::parameters), store_.layout(), population);
  const PopulationBlock<double> gradients(store_.block(Block::gradients), store_.layout(), population);
  const View<double, 3> x = input(population), d_y = by_step(std::span(d_output), layout.size);
  const TapeView tape = tape_view(population);
  std::vector<double> d_below(x.size());
  for (std::size_t b = 0; b < samples_; ++b) {
    ReferenceAdjoint adjoint(layout);
    for (std::size_t t = steps_; t-- > 0;) {
      const std::span<double> d_x = by_step(std::span(d_below), layout.inputs).slice(b, t);
      reference_step_backward(layout, parameters, {b, t}, x.slice(b, t), tape, d_y.slice(b, t), adjoint, gradients,
                              d_x);
      if (population == 0) continue;
      for (std::size_t i = 0; i < d_x.size(); ++i) d_x[i] *= spike_gain(population - 1, {b, t}, i);
    }
  }
  d_output = std::move(d_below);
}

}  // namespace hetsyn
