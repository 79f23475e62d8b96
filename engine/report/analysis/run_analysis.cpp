#include "report/analysis/run_analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <map>
#include <regex>

#include "config/config.hpp"
#include "core/json_file.hpp"
#include "run/run_directory.hpp"
#include "run/saved_network.hpp"
#include "training/checkpoint.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

fs::path checkpoint_of(const fs::path& run, const std::string& name) {
  if (!is_run_directory(run)) {
    throw UsageError(fmt::format("{}: is not a run directory (it has no config.toml)", run.string()));
  }
  fs::path checkpoint = checkpoint_file(run, name);
  if (!fs::exists(checkpoint)) {
    throw UsageError(fmt::format("{}: no such checkpoint; expected --checkpoint best or last", checkpoint.string()));
  }
  return checkpoint;
}

/// The elements of a group of decays that are analysed under one name.
struct DecaySelection {
  std::string name;
  const ParameterGroup& group;
  std::vector<std::size_t> elements;  ///< indices in the flat block
};

DecaySelection select_all(const ParameterGroup& group, const PopulationLayout& population) {
  DecaySelection selection{group.name, group, {}};
  const bool without_diagonal = has_self_connections(group, population) && !population.autapses;
  for (std::size_t i = 0; i < group.count(); ++i) {
    if (without_diagonal && i / group.columns == i % group.columns) continue;
    selection.elements.push_back(group.offset + i);
  }
  return selection;
}

DecaySelection select_inputs(const ParameterGroup& group, DecaySharing sharing, const InputGroup& inputs) {
  if (sharing != DecaySharing::synapse) {
    throw UsageError(
        fmt::format("--groups: {} has one decay for all inputs of a neuron; groups are for hetsyn_lif", group.name));
  }
  if (inputs.last >= group.columns) {
    throw UsageError(fmt::format("--groups: {} = {}-{}: the network has the input channels 0 to {}", inputs.name,
                                 inputs.first, inputs.last, group.columns - 1));
  }
  DecaySelection selection{fmt::format("{} {}", group.name, inputs.name), group, {}};
  for (std::size_t j = 0; j < group.rows; ++j) {
    for (std::size_t i = inputs.first; i <= inputs.last; ++i) {
      selection.elements.push_back(group.offset + j * group.columns + i);
    }
  }
  return selection;
}

std::vector<DecaySelection> selections(const NetworkState& network, const std::vector<InputGroup>& groups) {
  std::vector<DecaySelection> out;
  for (const ParameterGroup& group : network.layout.groups) {
    if (!group.is_decay()) continue;
    out.push_back(select_all(group, network.network.populations[group.population]));
    if (group.population != 0 || group.field != Field::r) continue;
    for (const InputGroup& inputs : groups)
      out.push_back(select_inputs(group, network.network.populations.front().sharing, inputs));
  }
  return out;
}

using Parameters = AlignedVector<float>;

std::vector<float> values_of(const DecaySelection& selection, const Parameters& parameters) {
  std::vector<float> values;
  for (const std::size_t element : selection.elements) values.push_back(parameters[element]);
  return values;
}

double mean_difference(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
  return sum / static_cast<double>(a.size());
}

/// The parameters at one point of a training.
struct Moment {
  std::uint64_t epoch = 0;
  Parameters parameters;
};

/// The parameters by optimizer step: initial, snapshots, checkpoint.
std::map<std::uint64_t, Moment> course(const fs::path& run, const fs::path& checkpoint, const NetworkState& initial) {
  std::map<std::uint64_t, Moment> out;
  out[0] = {0, initial.parameters};
  bool given = false;  // the run did not start from what the seed draws
  std::vector<fs::path> files = snapshot_files(run);
  files.push_back(checkpoint);
  Checkpoint kept;
  for (const fs::path& file : files) {
    kept = read_checkpoint(file.string(), initial.layout);
    given = given || !kept.initial.empty();
    out[kept.progress.step] = {kept.progress.epoch, std::move(kept.parameters)};
  }
  if (const fs::path first = checkpoint_file(run, "step-0"); given && !fs::exists(first)) {
    throw RunError(fmt::format("{}: is missing; it has the parameters that were given to the run", first.string()));
  }
  // The requested checkpoint is the end of the course.
  out.erase(out.upper_bound(kept.progress.step), out.end());
  return out;
}

}  // namespace

std::vector<InputGroup> parse_input_groups(const std::string& text) {
  static const std::regex kGroup(R"(([^=,]+)=(\d{1,9})-(\d{1,9})(,|$))");
  std::vector<InputGroup> groups;
  std::size_t parsed = 0;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), kGroup); at != std::sregex_iterator(); ++at) {
    const std::smatch& match = *at;
    if (static_cast<std::size_t>(match.position()) != parsed) break;
    parsed += static_cast<std::size_t>(match.length());
    groups.push_back({match[1], std::stoul(match[2]), std::stoul(match[3])});
  }
  const bool ordered = std::ranges::all_of(groups, [](const InputGroup& g) { return g.first <= g.last; });
  if (groups.empty() || parsed != text.size() || text.back() == ',' || !ordered) {
    throw UsageError(fmt::format("--groups {}: expected names and channels, as in \"cue=0-19,noise=20-29\"", text));
  }
  return groups;
}

std::string AnalysisGroup::title() const {
  return data_label.empty() ? name() : fmt::format("{} on {}", name(), data_label);
}

std::vector<AnalysisGroup> group_runs(std::span<const fs::path> runs) {
  std::vector<AnalysisGroup> groups;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const fs::path file = runs[i] / "summary.json";  // does not exist for a run that has just begun
    const auto summary = fs::exists(file) ? std::optional(read_json_object(file)) : std::nullopt;
    group_of(groups, recorded_run(runs[i], summary)).runs.push_back(i);
  }
  tell_apart(groups);
  return groups;
}

RunAnalysis analyse_run(const fs::path& run, const AnalysisRequest& request) {
  const fs::path checkpoint = checkpoint_of(run, request.checkpoint);
  const RunConfig config = config_without_task(read_toml_file((run / "config.toml").string()), checkpoint.string());
  const NetworkState initial = build_network(config.model, config.train.seed);
  const DecayScale scale{config.model.dt_ms, config.train.optimizer.decay_min, config.train.optimizer.decay_max};
  const std::map<std::uint64_t, Moment> moments = course(run, checkpoint, initial);

  RunAnalysis analysis;
  analysis.run = run.string();
  analysis.epoch = moments.rbegin()->second.epoch;
  analysis.step = moments.rbegin()->first;
  for (const DecaySelection& selection : selections(initial, request.groups)) {
    DecayAnalysis decays;
    decays.name = selection.name;
    const std::vector<float> first = values_of(selection, moments.begin()->second.parameters);
    for (const auto& [step, moment] : moments) {
      const std::vector<float> now = values_of(selection, moment.parameters);
      decays.snapshots.push_back(
          {moment.epoch, step, tau_statistics(now, scale, request.long_ms), mean_difference(now, first)});
    }
    if (request.bins > 0) {
      decays.histogram = tau_histogram(values_of(selection, moments.rbegin()->second.parameters), scale,
                                       logarithmic_edges(request.low_ms, request.high_ms, request.bins));
    }
    analysis.decays.push_back(std::move(decays));
  }
  if (request.criterion) {
    const auto curve = read_curve(run / "metrics.jsonl", request.split, request.criterion->metric);
    analysis.criterion_step = steps_to_criterion(curve, *request.criterion);
  }
  return analysis;
}

}  // namespace hetsyn
