#include "report/html/activity_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>

namespace hetsyn {
namespace {

constexpr std::size_t kMostTraces = 8;  // of a panel: as many as there are colours
constexpr std::size_t kTextColour = 7;  // for rasters and thresholds
constexpr std::size_t kMostNames = 40;  // of classes along an axis
constexpr double kPixelsPerHeight = 110.0, kPixelsAround = 90.0;

std::vector<double> times_ms(const std::vector<std::uint32_t>& steps, double dt_ms) {
  std::vector<double> times(steps.size());
  std::ranges::transform(steps, times.begin(), [dt_ms](std::uint32_t step) { return step * dt_ms; });
  return times;
}

Panel raster(const std::string& what, const SpikeList& spikes, const RecordingFacts& facts, Axis y) {
  const std::string name = fmt::format("spikes of {}", what);
  Series series{.name = name, .mark = Mark::spikes, .x = times_ms(spikes.steps, facts.dt_ms), .colour = kTextColour};
  series.y.assign(spikes.units.begin(), spikes.units.end());
  return {.y = std::move(y), .series = {std::move(series)}, .height = 1.8, .title = name};
}

/// Column k of values [T][columns] over time. `colour`: its place among the traces of a panel.
Series trace(std::string name, std::span<const float> values, std::size_t columns, std::size_t k, double dt_ms,
             std::size_t colour) {
  Series series{.name = std::move(name), .colour = colour};
  for (std::size_t t = 0; t * columns < values.size(); ++t) {
    series.x.push_back(static_cast<double>(t) * dt_ms);
    series.y.push_back(static_cast<double>(values[t * columns + k]));
  }
  return series;
}

/// At most kMostTraces numbers below `count`, evenly spaced.
std::vector<std::size_t> spread(std::size_t count) {
  std::vector<std::size_t> chosen(std::min(count, kMostTraces));
  for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = i * count / chosen.size();
  return chosen;
}

Panel input_panel(const RecordingFacts& facts, const Recording& recording) {
  Axis channels{.title = "channel", .range = std::pair(-0.5, static_cast<double>(facts.inputs) - 0.5)};
  if (!facts.analog) return raster("the input", recording.events, facts, std::move(channels));
  Panel panel{.y = {.title = "value"}, .height = 1.8, .title = "input"};
  for (const std::size_t i : spread(facts.inputs)) {
    panel.series.push_back(
        trace(fmt::format("input {}", i), recording.analog, facts.inputs, i, facts.dt_ms, panel.series.size()));
  }
  return panel;
}

/// The axis of a population's neurons. Those of a spiking readout have the names of the classes.
Axis neuron_axis(const RecordingFacts& facts, const PopulationRecording& population, bool is_readout) {
  if (is_readout && !facts.class_names.empty() && facts.class_names.size() <= kMostNames) {
    return {.title = "class", .categories = facts.class_names};
  }
  return {.title = "neuron", .range = std::pair(-0.5, static_cast<double>(population.neurons) - 0.5)};
}

/// The potential, and a point at each spike.
void add_potential(Panel& panel, const RecordingFacts& facts, const PopulationRecording& population,
                   const ChosenNeuron& chosen, std::size_t colour) {
  const std::size_t j = chosen.neuron;
  const std::string name =
      fmt::format("{} neuron {}, {} spike{}", population.name, j, chosen.spikes, chosen.spikes == 1 ? "" : "s");
  panel.series.push_back(trace(name, population.potential, population.neurons, j, facts.dt_ms, colour));
  const Series& line = panel.series.back();
  Series spikes{.name = name, .mark = Mark::points};
  for (std::size_t i = 0; i < population.spikes.size(); ++i) {
    if (population.spikes.units[i] != j) continue;
    spikes.x.push_back(line.x[population.spikes.steps[i]]);
    spikes.y.push_back(line.y[population.spikes.steps[i]]);
  }
  if (!spikes.x.empty()) panel.series.push_back(std::move(spikes));
}

Panel potential_panel(const RecordingFacts& facts, const PopulationRecording& population) {
  Panel panel{.y = {.title = "potential"}, .height = 1.4, .title = fmt::format("potentials in {}", population.name)};
  std::size_t colour = 0;
  for (const ChosenNeuron& chosen : chosen_neurons(population)) {
    add_potential(panel, facts, population, chosen, colour++);
  }
  const double end_ms = static_cast<double>(facts.steps) * facts.dt_ms;
  panel.series.push_back({.name = "threshold",
                          .x = {0.0, end_ms},
                          .y = {population.threshold, population.threshold},
                          .dashed = true,
                          .colour = kTextColour});
  return panel;
}

std::string class_name(const RecordingFacts& facts, std::int32_t k) {
  const auto at = static_cast<std::size_t>(k);
  return at < facts.class_names.size() ? facts.class_names[at] : std::to_string(k);
}

/// The outputs that are shown: all if they are few, otherwise those with the largest logits and the label's.
std::vector<std::size_t> chosen_outputs(const RecordingFacts& facts, const Recording& recording) {
  if (facts.outputs <= kMostTraces || recording.logits.empty()) return spread(facts.outputs);
  std::vector<std::size_t> order(facts.outputs);
  std::iota(order.begin(), order.end(), 0);
  const auto rank = [&](std::size_t k) {
    return std::pair(static_cast<std::int32_t>(k) != recording.label, -recording.logits[k]);
  };
  std::ranges::stable_sort(order, {}, rank);
  order.resize(kMostTraces);
  std::ranges::sort(order);
  return order;
}

std::string output_name(const RecordingFacts& facts, const Recording& recording, std::size_t k) {
  if (recording.decision < 0) return facts.outputs == 1 ? "output" : fmt::format("output {}", k);
  const auto number = static_cast<std::int32_t>(k);
  const bool decided = number == recording.decision, labelled = number == recording.label;
  const char* const mark = decided && labelled ? " (label and decision)" : decided ? " (decision)" : " (label)";
  return class_name(facts, number) + (decided || labelled ? mark : "");
}

Panel readout_panel(const RecordingFacts& facts, const Recording& recording) {
  Panel panel{.y = {.title = "readout"}, .height = 1.6, .title = "readout"};
  std::size_t colour = 0;
  for (const std::size_t k : spread(facts.targets)) {
    const std::string name = facts.targets == 1 ? "target" : fmt::format("target {}", k);
    panel.series.push_back(trace(name, recording.target, facts.targets, k, facts.dt_ms, colour++));
    panel.series.back().dashed = true;
  }
  colour = 0;  // an output has the colour of its target
  for (const std::size_t k : chosen_outputs(facts, recording)) {
    const std::string name = output_name(facts, recording, k);
    panel.series.push_back(trace(name, recording.readout, facts.outputs, k, facts.dt_ms, colour++));
    if (static_cast<std::int32_t>(k) != recording.decision) continue;
    const Series& line = panel.series.back();
    panel.series.push_back({.name = name, .mark = Mark::points, .x = {line.x.back()}, .y = {line.y.back()}});
  }
  return panel;
}

std::string title_of(const RecordingFacts& facts, const Recording& recording) {
  std::string title = fmt::format("Sample {}", recording.sample);
  const auto add = [&](const char* what, std::int32_t k) {
    if (k >= 0) title += fmt::format(", {} {}", what, class_name(facts, k));
  };
  if (recording.decision >= 0) add("label", recording.label);
  add("decision", recording.decision);
  if (recording.decision >= 0) title += recording.decision == recording.label ? " (right)" : " (wrong)";
  return title;
}

std::string caption_of(const RecordingFacts& facts, const Recording& recording) {
  std::string caption;
  if (recording.index != recording.sample) {
    caption += fmt::format("The task has this sample as number {} of its split. ", recording.index);
  }
  if (facts.analog && facts.inputs > kMostTraces) {
    caption += fmt::format("Of the {} inputs, {} that are evenly spaced are shown. ", facts.inputs, kMostTraces);
  }
  if (!recording.populations.empty()) {
    caption +=
        "Potentials are those of the neuron with the most spikes, of the median one among those that spike, and of the "
        "silent one whose potential comes highest, as far as there are such; points are their spikes. A neuron spikes "
        "in each step in which its potential is above the threshold, and is reset in the next one. ";
  }
  if (facts.spiking_readout) return caption;
  if (facts.outputs > kMostTraces) {
    caption += fmt::format("Of the {} outputs, {} are shown{}. ", facts.outputs, kMostTraces,
                           recording.logits.empty() ? "" : ": that of the label and those with the largest scores");
  }
  if (recording.decision >= 0) caption += "The output of the decision ends in a point. ";
  return caption;
}

}  // namespace

std::vector<ChosenNeuron> chosen_neurons(const PopulationRecording& population) {
  std::vector<ChosenNeuron> all(population.neurons);
  for (std::size_t j = 0; j < all.size(); ++j) all[j].neuron = j;
  for (const std::uint32_t j : population.spikes.units) ++all[j].spikes;
  std::vector<float> peak(population.neurons, -std::numeric_limits<float>::infinity());
  for (std::size_t i = 0; i < population.potential.size(); ++i) {
    float& highest = peak[i % population.neurons];
    highest = std::max(highest, population.potential[i]);
  }
  std::ranges::stable_sort(all, std::greater(), &ChosenNeuron::spikes);
  const auto silent = std::ranges::find(all, std::size_t{0}, &ChosenNeuron::spikes);
  const auto firing = static_cast<std::size_t>(silent - all.begin());
  std::vector<ChosenNeuron> chosen;
  if (firing > 0) chosen.push_back(all.front());
  if (firing > 1) chosen.push_back(all[firing / 2]);
  if (silent == all.end()) return chosen;
  chosen.push_back(
      *std::ranges::max_element(silent, all.end(), {}, [&](const ChosenNeuron& n) { return peak[n.neuron]; }));
  return chosen;
}

Figure activity_figure(const RecordingFacts& facts, const Recording& recording) {
  Figure figure{.name = fmt::format("{}-sample-{}", facts.split, recording.sample),
                .title = title_of(facts, recording),
                .caption = caption_of(facts, recording),
                .x = {.title = "time", .unit = "ms"},
                .panels = {input_panel(facts, recording)}};
  figure.x.range = {0.0, static_cast<double>(facts.steps) * facts.dt_ms};
  for (const PopulationRecording& population : recording.populations) {
    const bool is_readout = facts.spiking_readout && &population == &recording.populations.back();
    figure.panels.push_back(
        raster(population.name, population.spikes, facts, neuron_axis(facts, population, is_readout)));
    figure.panels.push_back(potential_panel(facts, population));
  }
  if (!facts.spiking_readout) figure.panels.push_back(readout_panel(facts, recording));
  double height = 0.0;
  for (const Panel& panel : figure.panels) height += panel.height;
  figure.height_px = kPixelsAround + kPixelsPerHeight * height;
  return figure;
}

}  // namespace hetsyn
