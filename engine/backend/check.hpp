#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <hetsyn/exceptions.hpp>
#include <string_view>
#include <vector>

#include "backend/backend.hpp"
#include "base/parallel.hpp"

/// Checks of the arguments of every backend.
namespace hetsyn {

/// Throws DataError unless an array has the size that the layout requires; `what` names the array: "d_readout".
inline void check_size(std::string_view what, std::size_t actual, std::size_t expected) {
  if (actual != expected) throw DataError(fmt::format("{} has {} elements, expected {}", what, actual, expected));
}

/// Whether all spikes of a sample lie inside the batch's steps.
inline bool spikes_are_inside(const InputBatch& batch, std::size_t b) {
  const auto steps = static_cast<std::uint32_t>(batch.steps);
  std::uint32_t outside = 0;  // of all spikes, without an exit, so that the loop is vectorised
  for (const std::uint32_t step : batch.samples[b]->spikes.steps) outside |= static_cast<std::uint32_t>(step >= steps);
  return outside == 0;
}

/// Throws DataError unless a sample has the batch's number of channels and steps. spikes_inside: spikes_are_inside().
inline void check_sample(const InputBatch& batch, std::size_t b, bool spikes_inside) {
  const auto check = [b](const char* what, std::size_t actual, std::size_t expected) {
    if (actual != expected) check_size(fmt::format("{} of sample {}", what, b), actual, expected);
  };
  const InputSample& sample = *batch.samples[b];
  if (batch.kind == InputKind::analog) return check("analog input", sample.analog.size(), batch.steps * batch.inputs);
  check("channel offsets", sample.spikes.offsets.size(), batch.inputs + 1);
  check("spikes", sample.spikes.steps.size(), sample.spikes.offsets.back());
  if (spikes_inside) return;
  const auto is_outside = [&](std::uint32_t step) { return step >= batch.steps; };
  throw DataError(fmt::format("sample {} has a spike at step {}, expected less than {}", b,
                              *std::ranges::find_if(sample.spikes.steps, is_outside), batch.steps));
}

/// Throws DataError for a batch that does not fit the network.
inline void check_input(const InputBatch& batch, const NetworkLayout& network) {
  if (batch.inputs != network.inputs()) {
    throw DataError(fmt::format("a batch has {} inputs, the network {}", batch.inputs, network.inputs()));
  }
  if (batch.steps == 0 || batch.steps > kMaximumSteps) {
    throw DataError(fmt::format("a batch has {} steps, expected 1 to {}", batch.steps, kMaximumSteps));
  }
  if (batch.size() == 0) throw DataError("a batch has no samples, expected at least one");
  std::vector<std::uint8_t> inside(batch.size());
  const auto look = [&](std::size_t b) { inside[b] = static_cast<std::uint8_t>(spikes_are_inside(batch, b)); };
  for_each_index(batch.size(), look);
  for (std::size_t b = 0; b < batch.size(); ++b) check_sample(batch, b, inside[b] != 0);
}

inline void check_labels(std::span<const std::int32_t> labels, const ReadoutShape& shape) {
  check_size("loss: labels", labels.size(), shape.samples);
  for (const std::int32_t label : labels) {
    if (label >= 0 && static_cast<std::size_t>(label) < shape.outputs) continue;
    throw DataError(fmt::format("loss: label {} is outside [0, {})", label, shape.outputs));
  }
}

/// Throws DataError unless a step remains. `what` names the loss with its softmax: "loss softmax_sum".
inline void check_left_out_steps(std::string_view what, double left_out, std::size_t steps) {
  if (left_out >= 0.0 && left_out < static_cast<double>(steps)) return;
  throw DataError(fmt::format("{} leaves out {} steps of {}: at least one must remain", what, left_out, steps));
}

/// Throws DataError unless this loss has a score that decides the class for a readout of this shape.
inline void check_decision(const LossTerm& decision, const ReadoutShape& shape) {
  if (!has_labels(decision.kind)) throw DataError("metric: a class is decided by the score of a loss with labels");
  if (decision.kind != LossKind::softmax_sum) return;
  check_left_out_steps("metric: the decision by softmax_sum", decision.parameter, shape.steps);
}

/// Throws DataError unless readout, labels and target fit the loss.
inline void check_readout_loss(const LossTerm& term, const ReadoutShape& shape, std::span<const std::int32_t> labels,
                               std::span<const float> target) {
  if (shape.size() == 0) throw DataError("loss: the batch is empty");
  if (term.kind == LossKind::softmax_sum) check_left_out_steps("loss softmax_sum", term.parameter, shape.steps);
  if (has_labels(term.kind)) return check_labels(labels, shape);
  if (has_target(term.kind)) return check_size("loss: target trace", target.size(), shape.size());
  throw DataError("loss: rate and callback are not losses of the readout");
}

inline void check_rate_loss(const LossTerm& term) {
  if (term.parameter > 0.0) return;
  throw DataError(fmt::format("loss rate: the target rate is {} Hz, not positive", term.parameter));
}

/// Throws ConfigError for a network that no backend can run: populations that do not fit together, a hidden population
/// without spikes, or κ_j = r_j where a neuron has many r.
inline void check_network(const NetworkLayout& network) {
  if (network.populations.empty()) throw ConfigError("a network needs at least one population");
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const PopulationLayout& population = network.populations[p];
    if (p > 0 && population.inputs != network.populations[p - 1].size) {
      throw ConfigError(fmt::format("population \"{}\" has {} inputs, but the one below has {} neurons",
                                    population.name, population.inputs, network.populations[p - 1].size));
    }
    if (!population.spiking && p + 1 < network.populations.size()) {
      throw ConfigError(fmt::format("population \"{}\" does not spike, but is not the readout", population.name));
    }
    const bool several_decays = population.sharing == DecaySharing::synapse || population.has_recurrent_decays();
    if (population.tie_reset_decay && several_decays) {
      throw ConfigError(fmt::format("population \"{}\" has several decays per neuron: tie_reset_decay cannot say which "
                                    "one the reset current takes",
                                    population.name),
                        "model.tie_reset_decay");
    }
  }
}

}  // namespace hetsyn
