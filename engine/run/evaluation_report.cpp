#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "config/config_json.hpp"
#include "config/schema.hpp"
#include "core/json_text.hpp"
#include "core/text_table.hpp"
#include "run/data_json.hpp"
#include "run/evaluation.hpp"
#include "run/summary.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

const std::vector<ConfigKey>& perturb_keys() {
  return std::ranges::find(config_schema(), "perturb", &ConfigTable::name)->keys;
}

// ---- text --------------------------------------------------------------------------------------------------------

std::string checkpoint_name(const EvaluationReport& report) {
  return std::filesystem::path(report.checkpoint).stem().string();
}

/// The checkpoint and the set, and how they differ from the run.
std::string heading(const RunConfig& config, const EvaluationReport& report) {
  std::string out =
      fmt::format("{} on {}, {}, {} samples\n", report.checkpoint, data_title(report.data.name, report.data.standin),
                  report.metrics.split, report.samples);
  out += fmt::format("  checkpoint {}: epoch {}, step {}\n", checkpoint_name(report), report.epoch, report.step);
  if (!config.perturb.none()) out += fmt::format("  damaged: {}\n", damage_text(config));
  if (report.trained_on) out += fmt::format("  trained on other data: {}\n", describe(*report.trained_on));
  for (const KeyDifference& difference : report.varied) {
    out += fmt::format("  {} = {} (the run has {})\n", difference.key, difference.given, difference.recorded);
  }
  return out;
}

std::string metrics_text(const EvaluationReport& report) {
  std::string out;
  const auto line = [&](const std::string& name, double value) {
    out += fmt::format("  {:<24} {:>12}\n", name, metric_text(value));
  };
  for (const NamedMetric& metric : report.metrics.metrics) line(metric.name, metric.value);
  if (report.confusion) line("macro_f1", report.confusion->macro_f1());
  return out;
}

TextTable activity_table(const Activity& activity) {
  TextTable table{{"population", "neurons", "rate (Hz)", "spikes", "synaptic operations", "decay updates"}, 1, {}, {}};
  table.rows.push_back({"input", "", "", metric_text(activity.input_events), "", ""});
  for (const PopulationActivity& population : activity.populations) {
    table.rows.push_back({population.name, std::to_string(population.neurons), metric_text(population.rate_hz),
                          metric_text(population.spikes), metric_text(population.synaptic_operations),
                          metric_text(population.decay_updates)});
  }
  table.rows.push_back({"all", "", "", metric_text(activity.spikes()), metric_text(activity.synaptic_operations()),
                        metric_text(activity.decay_updates())});
  return table;
}

std::string activity_text(const Activity& activity, std::size_t columns) {
  const TextTable table = activity_table(activity);
  if (columns != kUnlimitedColumns) return table_text(table, columns);
  std::string out;
  const auto line = [&](const std::vector<std::string>& c) {
    out += fmt::format("  {:<12} {:>8} {:>10} {:>12} {:>20} {:>14}\n", c[0], c[1], c[2], c[3], c[4], c[5]);
  };
  line(table.titles);
  for (const std::vector<std::string>& row : table.rows) line(row);
  return out;
}

// ---- JSON --------------------------------------------------------------------------------------------------------

/// All keys of [perturb]; null if a key is absent.
Json perturbation_json(const RunConfig& config) {
  Json out;
  for (const ConfigKey& key : perturb_keys()) {
    const std::optional<ConfigValue> value = key.value(config);
    out[key.spec.name] = value ? to_json(*value) : Json();
  }
  return out;
}

/// The keys in which the evaluation differs from the run: {"task.delay_ms": {"recorded": 800.0, "given": 1600.0}}.
Json varied_json(const EvaluationReport& report) {
  const auto value = [](const std::string& text) {
    return text == kAbsent ? Json() : to_json(parse_toml_value(text, {}));
  };
  Json out = Json::object();
  for (const KeyDifference& difference : report.varied) {
    out[difference.key] = {{"recorded", value(difference.recorded)}, {"given", value(difference.given)}};
  }
  return out;
}

Json activity_json(const Activity& activity) {
  Json out{{"input_events", activity.input_events},
           {"spikes", activity.spikes()},
           {"synaptic_operations", activity.synaptic_operations()},
           {"decay_updates", activity.decay_updates()}};
  for (const PopulationActivity& population : activity.populations) {
    out["populations"][population.name] = {{"neurons", population.neurons},
                                           {"rate_hz", population.rate_hz},
                                           {"spikes", population.spikes},
                                           {"synaptic_operations", population.synaptic_operations},
                                           {"decay_updates", population.decay_updates}};
  }
  return out;
}

Json confusion_json(const ConfusionMatrix& confusion) {
  Json rows = Json::array();
  for (std::size_t label = 0; label < confusion.classes(); ++label) {
    Json row = Json::array();
    for (std::size_t k = 0; k < confusion.classes(); ++k) row.push_back(confusion.count(label, k));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::string damage_text(const RunConfig& config) {
  std::string out;
  if (config.perturb.none()) return out;
  for (const ConfigKey& key : perturb_keys()) {
    const std::string value = value_text(key, config);
    if (value == value_text(key, {}) && key.spec.name != "seed") continue;
    out += fmt::format("{}perturb.{} = {}", out.empty() ? "" : ", ", key.spec.name, value);
  }
  return out;
}

std::string evaluation_text(const RunConfig& config, const EvaluationReport& report, std::size_t columns) {
  std::string out = wrapped(heading(config, report), columns, 4) + metrics_text(report);
  out += "\nPer inference (one sample, all steps):\n\n" + activity_text(report.activity, columns);
  if (report.confusion) {
    out += wrapped("\nSamples by label (rows) and decision (columns):\n\n", columns);
    out += confusion_text(*report.confusion, report.class_names, columns);
  }
  if (report.exported) {
    out += fmt::format("\nActivity of {} samples written to {} (docs/activity.md)\n", report.exported->samples.size(),
                       report.exported->file);
  }
  return out;
}

std::string evaluation_json(const RunConfig& config, const EvaluationReport& report) {
  Json out;
  out["checkpoint"] = {
      {"name", checkpoint_name(report)}, {"file", report.checkpoint}, {"epoch", report.epoch}, {"step", report.step}};
  out["split"] = report.metrics.split;
  out["samples"] = report.samples;
  out["data"] = to_json(report.data);
  out["trained_on"] = report.trained_on ? to_json(*report.trained_on) : Json();
  out["varied"] = varied_json(report);
  out["perturb"] = perturbation_json(config);
  for (const NamedMetric& metric : report.metrics.metrics) out["metrics"][metric.name] = metric.value;
  if (report.confusion) {
    out["metrics"]["macro_f1"] = report.confusion->macro_f1();
    out["confusion"] = confusion_json(*report.confusion);
    out["classes"] = report.class_names.empty() ? Json() : Json(report.class_names);
  }
  out["per_inference"] = activity_json(report.activity);
  if (report.exported) out["export"] = {{"file", report.exported->file}, {"samples", report.exported->samples}};
  return json_text(out, 2);
}

}  // namespace hetsyn
