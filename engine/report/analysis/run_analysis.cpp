#include "report/analysis/run_analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <map>
#include <regex>

#include "core/json_file.hpp"
#include "report/analysis/decay_course.hpp"
#include "run/run_directory.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

DecaySelection select_inputs(const ParameterGroup& group, DecaySharing sharing, const InputGroup& inputs) {
  if (sharing != DecaySharing::synapse) {
    throw UsageError(
        fmt::format("--groups: {} has one decay for all inputs of a neuron; groups are for hetsyn_lif", group.name));
  }
  if (inputs.last >= group.columns) {
    throw UsageError(fmt::format("--groups: {} = {}-{}: the network has the input channels 0 to {}", inputs.name,
                                 inputs.first, inputs.last, group.columns - 1));
  }
  DecaySelection selection{fmt::format("{} {}", group.name, inputs.name), &group, {}};
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

double mean_difference(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
  return sum / static_cast<double>(a.size());
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
  const DecayCourse course = read_course(run, request.checkpoint);
  const std::map<std::uint64_t, Moment>& moments = course.moments;
  if (!moments.contains(0)) {
    throw RunError(fmt::format("{}: is missing; it has the parameters that were given to the run",
                               checkpoint_file(run, "step-0").string()));
  }

  RunAnalysis analysis;
  analysis.run = run.string();
  analysis.epoch = moments.rbegin()->second.epoch;
  analysis.step = moments.rbegin()->first;
  for (const DecaySelection& selection : selections(course.network, request.groups)) {
    DecayAnalysis decays;
    decays.name = selection.name;
    const std::vector<float> first = values_of(selection, moments.begin()->second.parameters);
    for (const auto& [step, moment] : moments) {
      const std::vector<float> now = values_of(selection, moment.parameters);
      decays.snapshots.push_back(
          {moment.epoch, step, tau_statistics(now, course.scale, request.long_ms), mean_difference(now, first)});
    }
    if (request.bins > 0) {
      decays.histogram = tau_histogram(values_of(selection, moments.rbegin()->second.parameters), course.scale,
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
