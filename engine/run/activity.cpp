#include "run/activity.hpp"

#include <algorithm>
#include <numeric>

namespace hetsyn {
namespace {

double event_count(const InputSample& sample, InputKind kind) {
  if (kind == InputKind::events) return static_cast<double>(sample.spikes.steps.size());
  return static_cast<double>(std::count_if(sample.analog.begin(), sample.analog.end(), [](float x) { return x != 0; }));
}

/// The number of synapses that a spike of the population reaches in the population itself.
std::size_t recurrent_fan_out(const PopulationLayout& population) {
  if (!population.recurrent) return 0;
  return population.autapses ? population.size : population.size - 1;
}

std::size_t decaying_states(const PopulationLayout& population) {
  std::size_t states = population.size;
  if (population.sharing == DecaySharing::synapse) {
    states *= population.inputs + recurrent_fan_out(population);
  } else if (population.has_recurrent_decays()) {
    states *= 2;
  }
  if (population.spiking) states += used_variables(population.neuron) * population.size;
  return states;
}

}  // namespace

void ActivityCounter::add(const BackendPass& pass, const InputBatch& input) {
  const auto& populations = network_.populations;
  samples_ += input.size();
  steps_ = input.steps;
  for (const auto& sample : input.samples) input_events_ += event_count(*sample, input.kind);
  for (std::size_t p = 0; p < populations.size(); ++p) {
    if (!populations[p].spiking) continue;
    const std::span<const float> counts = pass.spike_counts(p);
    spikes_[p] += std::accumulate(counts.begin(), counts.end(), 0.0);
  }
}

Activity ActivityCounter::activity() const {
  const auto samples = static_cast<double>(samples_), steps = static_cast<double>(steps_);
  Activity activity;
  activity.input_events = input_events_ / samples;
  double events_below = activity.input_events;
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const PopulationLayout& population = network_.populations[p];
    const auto neurons = static_cast<double>(population.size);
    PopulationActivity counts{.name = population.name, .neurons = population.size};
    counts.spikes = spikes_[p] / samples;
    counts.rate_hz = counts.spikes / (neurons * steps * network_.dt_ms * 1e-3);
    counts.synaptic_operations =
        events_below * neurons + counts.spikes * static_cast<double>(recurrent_fan_out(population));
    counts.decay_updates = steps * static_cast<double>(decaying_states(population));
    events_below = counts.spikes;
    activity.populations.push_back(std::move(counts));
  }
  return activity;
}

}  // namespace hetsyn
