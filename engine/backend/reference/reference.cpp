#include "backend/reference/reference.hpp"

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <utility>

#include "backend/check.hpp"
#include "backend/dropout.hpp"
#include "dynamics/surrogate.hpp"

namespace hetsyn {
namespace {

/// x of the first population, dense [B][T][inputs].
std::vector<double> dense_input(const InputBatch& batch) {
  std::vector<double> x(batch.size() * batch.steps * batch.inputs, 0.0);
  for (std::size_t b = 0; b < batch.size(); ++b) {
    const InputSample& sample = *batch.samples[b];
    double* const rows = x.data() + b * batch.steps * batch.inputs;
    if (batch.kind == InputKind::analog) {
      std::ranges::copy(sample.analog, rows);
      continue;
    }
    for (std::size_t i = 0; i < batch.inputs; ++i) {
      for (std::uint32_t e = sample.spikes.offsets[i]; e < sample.spikes.offsets[i + 1]; ++e) {
        rows[sample.spikes.steps[e] * batch.inputs + i] = 1.0;
      }
    }
  }
  return x;
}

std::span<const double> row_of(const std::vector<double>& values, std::size_t row, std::size_t width) {
  return std::span(values).subspan(row * width, width);
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
  memory.uses.push_back({"gradients of spikes", rows * widest * sizeof(double)});  // of a population and the one below
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
    const bool forced = p < forced_spikes.size() && !forced_spikes[p].empty();
    forward_population(p, forced ? &forced_spikes[p] : nullptr);
  }
}

void Reference::forward_population(std::size_t population, const std::vector<double>* forced) {
  const PopulationLayout& layout = network_.populations[population];
  const bool is_readout = population + 1 == network_.populations.size();
  const std::size_t spikes = samples_ * steps_ * layout.size;
  if (forced != nullptr) check_size("forced spikes", forced->size(), spikes);
  tapes_.emplace_back().each_array(layout, samples_ * steps_, ResizeArrays{});
  counts_.emplace_back(layout.spiking ? samples_ * layout.size : 0, 0.0);
  if (!is_readout) inputs_.emplace_back(spikes, 0.0);
  const PopulationBlock<const double> parameters(store_.block(Block::parameters), store_.layout(), population);
  for (std::size_t b = 0; b < samples_; ++b) {
    for (std::size_t t = 0; t < steps_; ++t) {
      const TapeRow at{b * steps_ + t, t == 0};
      reference_step(layout, parameters, at, row_of(inputs_[population], at.row, layout.inputs), tapes_[population]);
      if (layout.spiking) fire(population, at, forced);
      if (!is_readout) feed_next(population, b, t);
    }
  }
}

/// Writes one row of z and counts the spikes.
void Reference::fire(std::size_t population, TapeRow at, const std::vector<double>* forced) {
  const PopulationLayout& layout = network_.populations[population];
  const double threshold = layout.neuron.threshold;
  ReferenceTape& tape = tapes_[population];
  const std::size_t sample = at.row / steps_;
  for (std::size_t j = 0; j < layout.size; ++j) {
    const std::size_t here = at.row * layout.size + j;
    const double potential = tape.potential[here];
    if (forced != nullptr) {
      tape.spike[here] = (*forced)[here];
    } else if (layout.smooth_spikes) {
      tape.spike[here] = surrogate_integral(layout.surrogate, potential - threshold, threshold);
    } else {
      tape.spike[here] = heaviside(potential, threshold);
    }
    counts_[population][sample * layout.size + j] += tape.spike[here];
  }
}

/// Factor that dropout puts on a spike on its way to the next population: 0 where it is lost.
double Reference::spike_gain(std::size_t population, std::size_t sample, std::size_t step, std::size_t neuron) const {
  const double probability = network_.populations[population].dropout;
  if (!options_.dropout || probability == 0.0) return 1.0;
  const auto index = [](std::size_t i) { return static_cast<std::uint32_t>(i); };
  const bool kept = dropout_keeps(*options_.dropout, index(population), index(sample), index(step), index(neuron),
                                  dropout_threshold(probability));
  return kept ? dropout_scale(probability) : 0.0;
}

/// Writes one row of the input of the population above.
void Reference::feed_next(std::size_t population, std::size_t sample, std::size_t step) {
  const std::size_t n = network_.populations[population].size;
  const std::size_t row = sample * steps_ + step;
  for (std::size_t j = 0; j < n; ++j) {
    inputs_[population + 1][row * n + j] =
        spike_gain(population, sample, step, j) * tapes_[population].spike[row * n + j];
  }
}

std::span<const double> Reference::readout() const {
  if (tapes_.empty()) return {};
  return network_.readout().spiking ? tapes_.back().spike : tapes_.back().potential;
}

std::span<const double> Reference::spike_counts(std::size_t population) const { return counts_.at(population); }

void Reference::backward(std::span<const double> d_readout, std::span<const std::vector<double>> d_spike) {
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
}

/// Takes dL/dz (or dL/dV^out) of a population [B][T][N], adds to its gradients and leaves dL/dz of the one below.
void Reference::backward_population(std::size_t population, std::vector<double>& d_output) {
  const PopulationLayout& layout = network_.populations[population];
  const PopulationBlock<const double> parameters(store_.block(Block::parameters), store_.layout(), population);
  const PopulationBlock<double> gradients(store_.block(Block::gradients), store_.layout(), population);
  const std::size_t pre = layout.inputs;
  std::vector<double> d_below(samples_ * steps_ * pre);
  for (std::size_t b = 0; b < samples_; ++b) {
    ReferenceAdjoint adjoint = make_reference_adjoint(layout);
    for (std::size_t t = steps_; t-- > 0;) {
      const TapeRow at{b * steps_ + t, t == 0};
      const std::span<double> d_x = std::span(d_below).subspan(at.row * pre, pre);
      reference_step_backward(layout, parameters, at, row_of(inputs_[population], at.row, pre), tapes_[population],
                              row_of(d_output, at.row, layout.size), adjoint, gradients, d_x);
      if (population == 0) continue;
      for (std::size_t i = 0; i < pre; ++i) d_x[i] *= spike_gain(population - 1, b, t, i);
    }
  }
  d_output = std::move(d_below);
}

}  // namespace hetsyn
