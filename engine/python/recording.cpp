#include "python/recording.hpp"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <utility>

namespace hetsyn::python {
namespace {

nb::dict facts_of(const RecordingFacts& facts) {
  nb::dict out;
  out["checkpoint"] = facts.checkpoint;
  out["epoch"] = facts.epoch;
  out["step"] = facts.step;
  out["task"] = facts.task;
  out["data"] = facts.data;
  out["standin"] = facts.standin;
  out["split"] = facts.split;
  out["seed"] = facts.seed;
  out["damage"] = facts.damage;
  out["config"] = facts.config;
  out["dt_ms"] = facts.dt_ms;
  out["steps"] = facts.steps;
  out["inputs"] = facts.inputs;
  out["outputs"] = facts.outputs;
  out["targets"] = facts.targets;
  out["class_names"] = facts.class_names;
  out["group_names"] = facts.group_names;
  return out;
}

/// An array, or None if it is empty.
template <class T>
nb::object optional_array(std::vector<T> values, std::initializer_list<std::size_t> shape) {
  if (values.empty()) return nb::none();
  return nb::cast(array_of(std::move(values), shape));
}

/// A number, or None for -1.
nb::object optional_number(std::int32_t number) { return number < 0 ? nb::none() : nb::cast(number); }

nb::tuple spikes_of(SpikeList spikes) {
  const std::size_t count = spikes.size();
  return nb::make_tuple(array_of(std::move(spikes.steps), {count}), array_of(std::move(spikes.units), {count}));
}

nb::dict population_of(PopulationRecording population, std::size_t steps) {
  nb::dict out;
  out["name"] = population.name;
  out["threshold"] = population.threshold;
  out["spikes"] = spikes_of(std::move(population.spikes));
  out["potential"] = array_of(std::move(population.potential), {steps, population.neurons});
  return out;
}

nb::dict recording_of(Recording recording, const RecordingFacts& facts) {
  const std::size_t T = facts.steps;
  nb::dict out;
  nb::list populations;
  for (PopulationRecording& each : recording.populations) populations.append(population_of(std::move(each), T));
  out["sample"] = recording.sample;
  out["index"] = recording.index;
  out["label"] = optional_number(recording.label);
  out["group"] = optional_number(recording.group);
  out["decision"] = optional_number(recording.decision);
  const std::size_t logits = recording.logits.size();
  out["logits"] = optional_array(std::move(recording.logits), {logits});
  out["events"] = facts.analog ? nb::none() : nb::object(spikes_of(std::move(recording.events)));
  out["analog"] = optional_array(std::move(recording.analog), {T, facts.inputs});
  out["populations"] = populations;
  out["readout"] = array_of(std::move(recording.readout), {T, facts.outputs});
  out["target"] = optional_array(std::move(recording.target), {T, facts.targets});
  return out;
}

}  // namespace

nb::dict recordings_of(RecordedSamples recorded) {
  nb::list samples;
  for (Recording& each : recorded.samples) samples.append(recording_of(std::move(each), recorded.facts));
  nb::dict out;
  out["facts"] = facts_of(recorded.facts);
  out["samples"] = samples;
  return out;
}

}  // namespace hetsyn::python
