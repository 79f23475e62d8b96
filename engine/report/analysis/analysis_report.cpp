#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json_text.hpp"
#include "core/text_table.hpp"
#include "report/analysis/run_analysis.hpp"
#include "report/statistics.hpp"
#include "run/summary.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

/// The measures of a snapshot, in the order of the report.
struct Measure {
  std::string_view key, title;
  double (*value)(const DecaySnapshot& snapshot);
};
constexpr std::array<Measure, 8> kMeasures{{
    {"median_ms", "median", [](const DecaySnapshot& s) { return s.tau.median_ms; }},
    {"mean_ms", "mean, unclamped", [](const DecaySnapshot& s) { return s.tau.mean_ms; }},
    {"mean_without_long_ms", "mean, not long", [](const DecaySnapshot& s) { return s.tau.mean_without_long_ms; }},
    {"of_mean_decay_ms", "of mean r", [](const DecaySnapshot& s) { return s.tau.of_mean_decay_ms; }},
    {"long_fraction", "long", [](const DecaySnapshot& s) { return s.tau.long_fraction; }},
    {"clamped_low", "clamped low", [](const DecaySnapshot& s) { return static_cast<double>(s.tau.clamped_low); }},
    {"clamped_high", "clamped high", [](const DecaySnapshot& s) { return static_cast<double>(s.tau.clamped_high); }},
    {"mean_change", "mean change of r", [](const DecaySnapshot& s) { return s.mean_change; }},
}};

/// JSON can represent neither ∞ nor NaN.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// ---- over runs ---------------------------------------------------------------------------------------------------

using Runs = std::vector<const RunAnalysis*>;

Runs runs_of(const AnalysisGroup& group, std::span<const RunAnalysis> runs) {
  Runs out;
  for (const std::size_t run : group.runs) out.push_back(&runs[run]);
  return out;
}

/// The final values of a measure in alike runs, for the decays with index `d`.
Spread final_spread(const Runs& runs, std::size_t d, const Measure& measure) {
  std::vector<double> values;
  for (const RunAnalysis* const run : runs) values.push_back(measure.value(run->decays[d].snapshots.back()));
  return spread_of(values);
}

std::vector<double> criterion_steps(const Runs& runs) {
  std::vector<double> steps;
  for (const RunAnalysis* const run : runs) {
    if (run->criterion_step) steps.push_back(static_cast<double>(*run->criterion_step));
  }
  return steps;
}

/// "∞" or "–" if one of the values is infinite or undefined, so that there is no spread.
std::string spread_text(const Spread& spread) {
  if (!std::isfinite(spread.sd)) return metric_text(spread.mean);
  return fmt::format("{} ± {:.2g}", metric_text(spread.mean), spread.sd);
}

Json spread_json(const Spread& spread) {
  return {{"n", spread.n}, {"mean", number(spread.mean)}, {"sd", number(spread.sd)}};
}

// ---- text --------------------------------------------------------------------------------------------------------

using Cells = std::vector<std::string>;

/// A table without rows, whose last columns are the measures.
TextTable measures_table(Cells titles, std::size_t texts) {
  TextTable table{
      std::move(titles), texts, {"step", "n", "mean, unclamped", "mean, not long", "of mean r", "clamped low"}, {}};
  for (const Measure& measure : kMeasures) table.titles.emplace_back(measure.title);
  return table;
}

void add_snapshots(TextTable& table, const RunAnalysis& run) {
  for (const DecayAnalysis& decays : run.decays) {
    for (const DecaySnapshot& snapshot : decays.snapshots) {
      Cells cells{run.run, decays.name, std::to_string(snapshot.epoch), std::to_string(snapshot.step),
                  std::to_string(snapshot.tau.count)};
      for (const Measure& measure : kMeasures) cells.push_back(metric_text(measure.value(snapshot)));
      table.rows.push_back(std::move(cells));
    }
  }
}

std::string group_text(const AnalysisGroup& group, std::span<const RunAnalysis> all, std::size_t columns) {
  const Runs runs = runs_of(group, all);
  TextTable table = measures_table({"decays"}, 1);
  for (std::size_t d = 0; d < runs.front()->decays.size(); ++d) {
    Cells cells{runs.front()->decays[d].name};
    for (const Measure& measure : kMeasures) cells.push_back(spread_text(final_spread(runs, d, measure)));
    table.rows.push_back(std::move(cells));
  }
  const std::string title =
      fmt::format("\nOver {} runs of {}, at the end (mean ± s.d.):\n\n", runs.size(), group.title());
  return wrapped(title, columns) + table_text(table, columns);
}

std::string histogram_text(const RunAnalysis& run, const DecayAnalysis& decays, std::size_t columns) {
  const TauHistogram& histogram = *decays.histogram;
  TextTable table{{"tau (ms)", "decays"}, 1, {}, {}};
  const auto line = [&](const std::string& range, std::size_t count) {
    table.rows.push_back({range, std::to_string(count)});
  };
  line("clamped low", histogram.clamped_low);
  line(fmt::format("below {:.4g}", histogram.edges_ms.front()), histogram.below);
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    line(fmt::format("{:.4g} to {:.4g}", histogram.edges_ms[i], histogram.edges_ms[i + 1]), histogram.counts[i]);
  }
  line(fmt::format("above {:.4g}", histogram.edges_ms.back()), histogram.above);
  line("clamped high", histogram.clamped_high);
  return fmt::format("\n{}, {}:\n\n", run.run, decays.name) + table_text(table, columns);
}

/// One line for each group of alike runs, with its data.
std::string groups_text(std::span<const AnalysisGroup> groups, std::span<const RunAnalysis> all) {
  std::string out;
  for (const AnalysisGroup& group : groups) {
    std::string names;
    for (const RunAnalysis* const run : runs_of(group, all)) names += (names.empty() ? "" : ", ") + run->run;
    out += fmt::format("- {}: {}\n", group.title(), names);
  }
  return out + "\n";
}

std::string criterion_text(std::span<const RunAnalysis> all, std::span<const AnalysisGroup> groups,
                           const AnalysisRequest& request, std::size_t columns) {
  const Criterion& criterion = *request.criterion;
  const std::string title =
      fmt::format("\nSteps until {} {} is {} {:.4g} over the last {} steps:\n\n", request.split, criterion.metric,
                  criterion.at_least ? "at least" : "at most", criterion.bound, criterion.window);
  TextTable table{{"run", "steps"}, 1, {}, {}};
  for (const RunAnalysis& run : all) {
    table.rows.push_back({run.run, run.criterion_step ? std::to_string(*run.criterion_step) : "never"});
  }
  for (const AnalysisGroup& group : groups) {
    const std::vector<double> steps = criterion_steps(runs_of(group, all));
    if (group.runs.size() < 2 || steps.empty()) continue;
    table.rows.push_back({fmt::format("{}: the {} of {} that reach it", group.title(), steps.size(), group.runs.size()),
                          spread_text(spread_of(steps))});
  }
  return wrapped(title, columns) + table_text(table, columns);
}

// ---- JSON --------------------------------------------------------------------------------------------------------

Json histogram_json(const TauHistogram& histogram) {
  return {{"edges_ms", histogram.edges_ms},
          {"counts", histogram.counts},
          {"below", histogram.below},
          {"above", histogram.above},
          {"clamped_low", histogram.clamped_low},
          {"clamped_high", histogram.clamped_high}};
}

Json decays_json(const DecayAnalysis& decays) {
  Json out{{"name", decays.name}, {"count", decays.snapshots.back().tau.count}, {"snapshots", Json::array()}};
  for (const DecaySnapshot& snapshot : decays.snapshots) {
    Json entry{{"epoch", snapshot.epoch}, {"step", snapshot.step}};
    for (const Measure& measure : kMeasures) entry[std::string(measure.key)] = number(measure.value(snapshot));
    out["snapshots"].push_back(std::move(entry));
  }
  if (decays.histogram) out["histogram"] = histogram_json(*decays.histogram);
  return out;
}

Json group_json(const AnalysisGroup& group, std::span<const RunAnalysis> all) {
  const Runs runs = runs_of(group, all);
  Json out{{"name", group.name()}, {"data", group.data_label}, {"runs", Json::array()}, {"decays", Json::object()}};
  for (const RunAnalysis* const run : runs) out["runs"].push_back(run->run);
  for (std::size_t d = 0; d < runs.front()->decays.size(); ++d) {
    for (const Measure& measure : kMeasures) {
      out["decays"][runs.front()->decays[d].name][std::string(measure.key)] =
          spread_json(final_spread(runs, d, measure));
    }
  }
  out["criterion_step"] = spread_json(spread_of(criterion_steps(runs)));
  return out;
}

}  // namespace

std::string analysis_text(std::span<const RunAnalysis> runs, std::span<const AnalysisGroup> groups,
                          const AnalysisRequest& request, std::size_t columns) {
  const std::string legend = fmt::format(
      "Time constants in ms, up to the checkpoint `{}`; long: above {:.4g} ms; mean, unclamped: over r below "
      "its upper clamp; ∞: r = 1, which never decays; –: undefined, as nothing counts.\n\n",
      request.checkpoint, request.long_ms);
  std::string out = wrapped(legend, columns) + wrapped(groups_text(groups, runs), columns, 2);
  TextTable snapshots = measures_table({"run", "decays", "epoch", "step", "n"}, 2);
  for (const RunAnalysis& run : runs) add_snapshots(snapshots, run);
  out += table_text(snapshots, columns);
  for (const AnalysisGroup& group : groups) {
    if (group.runs.size() > 1) out += group_text(group, runs, columns);
  }
  for (const RunAnalysis& run : runs) {
    for (const DecayAnalysis& decays : run.decays) {
      if (decays.histogram) out += histogram_text(run, decays, columns);
    }
  }
  if (request.criterion) out += criterion_text(runs, groups, request, columns);
  return out;
}

std::string analysis_json(std::span<const RunAnalysis> runs, std::span<const AnalysisGroup> groups,
                          const AnalysisRequest& request) {
  Json out{{"checkpoint", request.checkpoint}, {"long_ms", request.long_ms}};
  if (request.criterion) {
    const Criterion& criterion = *request.criterion;
    out["criterion"] = {{"split", request.split},
                        {"metric", criterion.metric},
                        {criterion.at_least ? "at_least" : "at_most", criterion.bound},
                        {"window", criterion.window}};
  }
  out["runs"] = Json::array();
  for (const RunAnalysis& run : runs) {
    Json entry{{"run", run.run}, {"epoch", run.epoch}, {"step", run.step}, {"decays", Json::array()}};
    for (const DecayAnalysis& decays : run.decays) entry["decays"].push_back(decays_json(decays));
    if (request.criterion) entry["criterion_step"] = run.criterion_step ? Json(*run.criterion_step) : Json(nullptr);
    out["runs"].push_back(std::move(entry));
  }
  out["groups"] = Json::array();
  for (const AnalysisGroup& group : groups) out["groups"].push_back(group_json(group, runs));
  return json_text(out, 2) + "\n";
}

}  // namespace hetsyn
