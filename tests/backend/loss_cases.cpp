#include "backend/loss_cases.hpp"

#include <fmt/format.h>

#include <array>

namespace hetsyn::test {
namespace {

/// Each kind on both sides of a warp's 32 lanes and of a block's 16 warps.
void add_sizes(std::vector<LossCase>& table, const std::string& name, const LossTerm& term, bool spiking) {
  const auto add = [&](const std::string& size, std::size_t outputs, std::size_t steps) {
    table.push_back({fmt::format("{}, {}{}", name, size, spiking ? ", spikes" : ""), {term}, outputs, steps});
    table.back().spiking = spiking;
  };
  for (const std::size_t outputs : std::to_array<std::size_t>({1, 2, 20, 32, 33, 40, 100})) {
    add(fmt::format("K = {}", outputs), outputs, 40);
  }
  for (const std::size_t steps : std::to_array<std::size_t>({12, 15, 16, 17, 33, 250})) {
    add(fmt::format("T = {}", steps), 5, steps);
  }
}

std::vector<LossCase> make_loss_cases() {
  std::vector<LossCase> table;
  for (const bool spiking : {false, true}) {
    add_sizes(table, "softmax_sum", kSoftmaxSum, spiking);
    add_sizes(table, "softmax_sum without 11 steps", kSkipping, spiking);
    add_sizes(table, "last_step", kLastStep, spiking);
    add_sizes(table, "spike_count", kSpikeCount, spiking);
    add_sizes(table, "spike_count, 4 to a logit", kScaledCount, spiking);
    add_sizes(table, "trace_mse", kTrace, spiking);
  }
  table.push_back({"more outputs than 16 warps have room for", {kSoftmaxSum, kLastStep}, 1000, 6, 2});
  table.push_back({"one step", {kSoftmaxSum, kLastStep, kTrace}, 7, 1, 4});
  table.push_back({"one sample", {kSoftmaxSum, kLastStep, kTrace}, 7, 20, 1});
  table.push_back({"a batch of 33", {kSkipping, kTrace}, 3, 12, 33});
  table.push_back({"all terms", {kSoftmaxSum, kSkipping, kLastStep, kTrace, kRate}});
  table.push_back({"all terms, spikes", {kRate, kSpikeCount, kScaledCount, kSkipping, kTrace}, 20, 40, 3, true});
  table.push_back({"all terms, few steps", {kSoftmaxSum, kLastStep, kTrace, kRate}, 3, 12});
  table.push_back({"rates alone", {kRate}});
  table.push_back({"two rates", {kRate, {LossKind::rate, 1.0, 100.0}, kLastStep}});
  return table;
}

/// Some readouts have decays per synapse, and therefore no separate g; others have one decay per neuron.
Case network_of(const LossCase& c) {
  Case network = ordinary_case(c.outputs % 2 == 0 ? NeuronModel::hetsyn_lif : NeuronModel::het_lif);
  network.spec.hidden = {9, 6};
  network.spec.outputs = c.outputs;
  network.spec.spiking_readout = c.spiking;
  network.input.steps = c.steps;
  network.input.samples = c.samples;
  network.input.density = 0.4;
  return network;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const LossCase& c) { return out << c.name; }

std::vector<LossCase> loss_cases(std::size_t most) {
  std::vector<LossCase> table = make_loss_cases();
  std::erase_if(table, [most](const LossCase& c) { return c.outputs * c.steps * c.samples > most; });
  return table;
}

NetworkState make_state(const LossCase& c) {
  NetworkState state = make_state(network_of(c));
  if (c.spiking) return state;
  const ParameterGroup& weights = *state.layout.find(state.network.populations.size() - 1, Field::w);
  for (float& w : group_span(std::span<float>(state.parameters), weights)) w *= c.readout_scale;
  return state;
}

InputBatch make_batch(const LossCase& c) { return make_batch(network_of(c)); }

Wanted::Wanted(const LossCase& c) : target(random_values<float>(c.samples * c.steps * c.outputs, 5)) {
  for (std::size_t b = 0; b < c.samples; ++b) labels.push_back(static_cast<std::int32_t>((7 * b + 3) % c.outputs));
}

}  // namespace hetsyn::test
