#include "run/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <hetsyn/view.hpp>
#include <numeric>
#include <set>
#include <utility>

#include "backend/host_metrics.hpp"
#include "base/threads.hpp"
#include "run/run.hpp"
#include "training/decision.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kFirstSamples = 10;

/// The events of a sample; in `train` they are sorted by channel first.
SpikeList by_step(const SpikeTrain& train, std::size_t steps) {
  std::vector<std::uint32_t> next(steps + 1, 0);  // where the next event of a step is put
  for (const std::uint32_t step : train.steps) ++next[step + 1U];
  for (std::size_t t = 0; t < steps; ++t) next[t + 1] += next[t];
  SpikeList list{std::vector<std::uint32_t>(train.steps.size()), std::vector<std::uint32_t>(train.steps.size())};
  for (std::size_t i = 0; i < train.channels(); ++i) {
    for (std::uint32_t e = train.offsets[i]; e < train.offsets[i + 1]; ++e) {
      const std::uint32_t place = next[train.steps[e]]++;
      list.steps[place] = train.steps[e];
      list.units[place] = static_cast<std::uint32_t>(i);
    }
  }
  return list;
}

/// The spikes in an array of 0 and 1.
SpikeList spikes_in(const View<const float, 2>& spikes) {
  SpikeList list;
  for (std::size_t t = 0; t < spikes.rows(); ++t) {
    for (std::size_t j = 0; j < spikes.columns(); ++j) {
      if (spikes(t, j) == 0.0F) continue;
      list.steps.push_back(static_cast<std::uint32_t>(t));
      list.units.push_back(static_cast<std::uint32_t>(j));
    }
  }
  return list;
}

PopulationRecording population_recording(const BackendPass& pass, std::size_t p) {
  const PopulationLayout& layout = pass.network().populations[p];
  const std::vector<float> spikes = pass.tape(Field::spike, p);
  return {layout.name, layout.size, layout.neuron.threshold,
          spikes_in({std::span(spikes), {pass.shape().steps, layout.size}}), pass.tape(Field::potential, p)};
}

/// `batch` and `pass` are of one sample.
Recording recording_of(const BackendPass& pass, const Batch& batch, const LossTerm* decision) {
  Recording recording;
  recording.label = batch.labels.front();
  const InputSample& input = *batch.input.samples.front();
  if (batch.input.kind == InputKind::analog) {
    recording.analog.assign(input.analog.begin(), input.analog.end());
  } else {
    recording.events = by_step(input.spikes, batch.input.steps);
  }
  const auto& populations = pass.network().populations;
  for (std::size_t p = 0; p < populations.size(); ++p) {
    if (populations[p].spiking) recording.populations.push_back(population_recording(pass, p));
  }
  const View<const float, 3> readout = pass.readout();
  recording.readout.assign(readout.begin(), readout.end());
  recording.target = batch.target;
  if (decision == nullptr) return recording;
  recording.decision =
      pass.metrics({.decisions = {decision, 1}, .target = std::nullopt}).values().classes.front().front();
  recording.logits = decision_logits(*decision, readout.slice(0));
  return recording;
}

/// The chosen samples as a set.
SampleSet part_of(const SampleSet& set, std::span<const std::size_t> samples) {
  SampleSet part = set;
  part.indices.clear();
  for (const std::size_t sample : samples) part.indices.push_back(set.indices[sample]);
  return part;
}

}  // namespace

RecordingFacts recording_facts(const PreparedEvaluation& evaluation) {
  const TaskInfo& info = evaluation.task.info();
  const NetworkLayout& network = evaluation.backend->network();
  RecordingFacts facts;
  facts.checkpoint = evaluation.subject.checkpoint;
  facts.epoch = evaluation.subject.epoch;
  facts.step = evaluation.subject.step;
  facts.task = info.name;
  facts.data = info.data_name;
  facts.standin = info.standin;
  facts.split = evaluation.set.name;
  facts.seed = sample_seed(evaluation.settings.seed, evaluation.set.role, 0);
  facts.damage = damage_text(evaluation.config);
  facts.config = write_config(evaluation.config);
  facts.dt_ms = network.dt_ms;
  facts.steps = warped_steps(info.steps, evaluation.settings.time_scale);
  facts.inputs = info.inputs;
  facts.outputs = info.outputs;
  facts.targets = info.targets;
  facts.analog = info.input_kind == InputKind::analog;
  facts.spiking_readout = network.readout().spiking;
  facts.class_names = info.class_names;
  facts.group_names = info.group_names;
  return facts;
}

std::vector<std::size_t> chosen_samples(const PreparedEvaluation& evaluation, std::span<const std::size_t> wanted) {
  const std::size_t count = evaluation.set.indices.size();
  std::vector<std::size_t> chosen(wanted.begin(), wanted.end());
  if (chosen.empty()) {
    chosen.resize(std::min(kFirstSamples, count));
    std::iota(chosen.begin(), chosen.end(), 0);
  }
  std::set<std::size_t> seen;
  for (const std::size_t sample : chosen) {
    if (sample >= count) {
      throw UsageError(fmt::format("sample {}: the {} set has {} samples; expected 0 to {}", sample,
                                   evaluation.set.name, count, count - 1));
    }
    if (!seen.insert(sample).second) throw UsageError(fmt::format("sample {}: is given twice", sample));
  }
  return chosen;
}

bool record_samples(const PreparedEvaluation& evaluation, std::span<const std::size_t> wanted,
                    const std::atomic<bool>& stop, const std::function<void(Recording&& recording)>& take) {
  const std::vector<std::size_t> samples = chosen_samples(evaluation, wanted);
  const Task& task = evaluation.task;
  Backend& backend = *evaluation.backend;
  const SampleSet set = part_of(evaluation.set, samples);
  EvaluationSettings settings = evaluation.settings;
  settings.batch = 1;  // rounding then does not depend on the other samples, and a device has room for the tape
  const auto record = [&] {
    BatchLoader loader(task, nullptr, evaluation_load(backend, task, set, settings));
    for (const std::size_t sample : samples) {
      const auto batch = loader.next();
      if (!batch || stop) return false;
      Recording recording = recording_of(backend.forward(batch->input), *batch, classification_term(task.info()));
      recording.sample = sample;
      recording.index = evaluation.set.indices[sample];
      if (!set.drawn) recording.group = task.sample_info(set.split, recording.index).group;
      take(std::move(recording));
    }
    return true;
  };
  return on_threads(thread_count(evaluation.config), record);
}

std::optional<RecordedSamples> record_samples(const PreparedEvaluation& evaluation,
                                              std::span<const std::size_t> samples, const std::atomic<bool>& stop) {
  RecordedSamples recorded{recording_facts(evaluation), {}};
  const auto keep = [&](Recording&& recording) { recorded.samples.push_back(std::move(recording)); };
  if (!record_samples(evaluation, samples, stop, keep)) return std::nullopt;
  return recorded;
}

std::vector<PlotSeries> task_plots(const Task& task, const RecordedSamples& recorded) {
  const RecordingFacts& facts = recorded.facts;
  const std::size_t count = recorded.samples.size();
  if (count == 0) return {};
  std::vector<float> readout, target;
  std::vector<std::int32_t> labels;
  for (const Recording& recording : recorded.samples) {
    readout.insert(readout.end(), recording.readout.begin(), recording.readout.end());
    target.insert(target.end(), recording.target.begin(), recording.target.end());
    labels.push_back(recording.label);
  }
  return task.plots({.dt_ms = facts.dt_ms,
                     .readout = {readout, {count, facts.steps, facts.outputs}},
                     .labels = labels,
                     .target = {target, {count, facts.steps, facts.targets}}});
}

}  // namespace hetsyn
