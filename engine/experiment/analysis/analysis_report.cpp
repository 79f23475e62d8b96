#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "experiment/analysis/run_analysis.hpp"
#include "experiment/statistics.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

/// The measures of a snapshot, in the order in which they are reported.
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

/// JSON has neither ∞ nor NaN.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// ---- over runs ---------------------------------------------------------------------------------------------------

/// What the runs end with in one measure; runs without these decays have no value.
std::vector<double> final_values(std::span<const RunAnalysis> runs, const std::string& decays, const Measure& measure) {
  std::vector<double> values;
  for (const RunAnalysis& run : runs) {
    for (const DecayAnalysis& analysis : run.decays) {
      if (analysis.name == decays) values.push_back(measure.value(analysis.snapshots.back()));
    }
  }
  return values;
}

std::vector<double> criterion_steps(std::span<const RunAnalysis> runs) {
  std::vector<double> steps;
  for (const RunAnalysis& run : runs) {
    if (run.criterion_step) steps.push_back(static_cast<double>(*run.criterion_step));
  }
  return steps;
}

std::string spread_text(const Spread& spread) {
  return spread.n < 2 ? fmt::format("{:.4g}", spread.mean) : fmt::format("{:.4g} ± {:.2g}", spread.mean, spread.sd);
}

Json spread_json(const Spread& spread) {
  return {{"n", spread.n}, {"mean", number(spread.mean)}, {"sd", number(spread.sd)}};
}

// ---- Markdown ----------------------------------------------------------------------------------------------------

std::string table_head(std::string_view first) {
  std::string out = fmt::format("| {} |", first), rule = "\n| --- |";
  if (first == "run") {
    out += " decays | step | n |";
    rule += " --- | ---: | ---: |";
  }
  for (const Measure& measure : kMeasures) {
    out += fmt::format(" {} |", measure.title);
    rule += " ---: |";
  }
  return out + rule + "\n";
}

std::string snapshots_markdown(const RunAnalysis& run) {
  std::string out;
  for (const DecayAnalysis& decays : run.decays) {
    for (const DecaySnapshot& snapshot : decays.snapshots) {
      out += fmt::format("| {} | {} | {} | {} |", run.run, decays.name, snapshot.step, snapshot.tau.count);
      for (const Measure& measure : kMeasures) out += fmt::format(" {:.4g} |", measure.value(snapshot));
      out += "\n";
    }
  }
  return out;
}

std::string over_runs_markdown(std::span<const RunAnalysis> runs) {
  std::string out = fmt::format("\nOver {} runs, at the end (mean ± s.d.):\n\n", runs.size()) + table_head("decays");
  for (const DecayAnalysis& decays : runs.front().decays) {
    out += fmt::format("| {} |", decays.name);
    for (const Measure& measure : kMeasures) {
      out += fmt::format(" {} |", spread_text(spread_of(final_values(runs, decays.name, measure))));
    }
    out += "\n";
  }
  return out;
}

std::string histogram_markdown(const RunAnalysis& run, const DecayAnalysis& decays) {
  const TauHistogram& histogram = *decays.histogram;
  std::string out = fmt::format("\n{}, {}:\n\n| tau (ms) | decays |\n| --- | ---: |\n", run.run, decays.name);
  const auto line = [&](const std::string& range, std::size_t count) {
    out += fmt::format("| {} | {} |\n", range, count);
  };
  line("clamped low", histogram.clamped_low);
  line(fmt::format("below {:.4g}", histogram.edges_ms.front()), histogram.below);
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    line(fmt::format("{:.4g} to {:.4g}", histogram.edges_ms[i], histogram.edges_ms[i + 1]), histogram.counts[i]);
  }
  line(fmt::format("above {:.4g}", histogram.edges_ms.back()), histogram.above);
  line("clamped high", histogram.clamped_high);
  return out;
}

std::string criterion_markdown(std::span<const RunAnalysis> runs, const AnalysisRequest& request) {
  const Criterion& criterion = *request.criterion;
  std::string out = fmt::format(
      "\nSteps until {} {} is {} {:.4g} over the last {} steps:\n\n| run | steps |\n| --- | ---: |\n", request.split,
      criterion.metric, criterion.at_least ? "at least" : "at most", criterion.bound, criterion.window);
  for (const RunAnalysis& run : runs) {
    out += fmt::format("| {} | {} |\n", run.run,
                       run.criterion_step ? fmt::format("{}", *run.criterion_step) : std::string("never"));
  }
  const std::vector<double> steps = criterion_steps(runs);
  if (runs.size() > 1 && !steps.empty()) {
    out +=
        fmt::format("| the {} of {} that reach it | {} |\n", steps.size(), runs.size(), spread_text(spread_of(steps)));
  }
  return out;
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
    Json entry{{"step", snapshot.step}};
    for (const Measure& measure : kMeasures) entry[std::string(measure.key)] = number(measure.value(snapshot));
    out["snapshots"].push_back(std::move(entry));
  }
  if (decays.histogram) out["histogram"] = histogram_json(*decays.histogram);
  return out;
}

Json over_runs_json(std::span<const RunAnalysis> runs) {
  Json out{{"decays", Json::object()}, {"criterion_step", spread_json(spread_of(criterion_steps(runs)))}};
  for (const DecayAnalysis& decays : runs.front().decays) {
    for (const Measure& measure : kMeasures) {
      out["decays"][decays.name][std::string(measure.key)] =
          spread_json(spread_of(final_values(runs, decays.name, measure)));
    }
  }
  return out;
}

}  // namespace

std::string analysis_markdown(std::span<const RunAnalysis> runs, const AnalysisRequest& request) {
  std::string out = fmt::format(
      "Synaptic time constants in ms; long: above {:.4g} ms; mean, unclamped: over r below its upper clamp.\n\n",
      request.long_ms);
  out += table_head("run");
  for (const RunAnalysis& run : runs) out += snapshots_markdown(run);
  if (runs.size() > 1) out += over_runs_markdown(runs);
  for (const RunAnalysis& run : runs) {
    for (const DecayAnalysis& decays : run.decays) {
      if (decays.histogram) out += histogram_markdown(run, decays);
    }
  }
  if (request.criterion) out += criterion_markdown(runs, request);
  return out;
}

std::string analysis_json(std::span<const RunAnalysis> runs, const AnalysisRequest& request) {
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
    Json entry{{"run", run.run}, {"decays", Json::array()}};
    for (const DecayAnalysis& decays : run.decays) entry["decays"].push_back(decays_json(decays));
    if (request.criterion) entry["criterion_step"] = run.criterion_step ? Json(*run.criterion_step) : Json(nullptr);
    out["runs"].push_back(std::move(entry));
  }
  out["over_runs"] = over_runs_json(runs);
  return out.dump(2) + "\n";
}

}  // namespace hetsyn
