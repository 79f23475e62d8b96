#include "run/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "core/json_file.hpp"
#include "core/json_text.hpp"
#include "core/process_memory.hpp"
#include "core/version.hpp"
#include "run/data_json.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

struct Column {
  const char* key;
  const char* title;
  const char* short_title;
  const std::optional<EpochRecord>& record;
};

std::array<Column, 3> columns(const RunRecords& records) {
  return {{{"last", "last", "last", records.last},
           {"best_validation", "best validation", "valid.", records.best_validation},
           {"best_test", "best test", "test", records.best_test}}};
}

/// All pairs of split and metric in the records, in the order in which they first appear.
std::vector<std::pair<std::string, std::string>> reported(const RunRecords& records) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Column& column : columns(records)) {
    if (!column.record) continue;
    for (const SplitMetrics& split : column.record->splits) {
      for (const NamedMetric& metric : split.metrics) {
        const std::pair<std::string, std::string> name{split.split, metric.name};
        if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
      }
    }
  }
  return out;
}

std::optional<double> value_of(const Column& column, const std::pair<std::string, std::string>& name) {
  return column.record ? column.record->metric(name.first, name.second) : std::nullopt;
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json metrics_json(const RunRecords& records) {
  Json out = Json::object();
  for (const auto& name : reported(records)) {
    for (const Column& column : columns(records)) {
      out[name.first][name.second][column.key] = or_null(value_of(column, name));
    }
  }
  return out;
}

/// The table for narrow terminals: the metrics of each split below its name.
std::string narrow_table(const RunRecords& records, const DataIdentity& data, std::size_t room) {
  constexpr std::size_t kCell = 8;
  std::size_t name_width = std::string_view("validation").size();
  for (const auto& name : reported(records)) name_width = std::max(name_width, name.second.size() + 2);
  name_width = std::min(name_width, room - std::min<std::size_t>(room, 3 * (kCell + 1)));
  const auto line = [&](const std::string& name, const auto& cell) {
    std::string out = fmt::format("{:<{}}", name, name_width);
    if (name.size() > name_width) out += fmt::format("\n{:{}}", "", name_width);
    for (const Column& column : columns(records)) out += fmt::format(" {:>{}}", cell(column), kCell);
    return out + "\n";
  };
  std::string out = wrapped(fmt::format("data: {}\n", data_title(data.name, data.standin)), room, 2);
  out += line("", [](const Column& column) { return std::string(column.title).starts_with("best") ? "best" : ""; });
  out += line("", [](const Column& column) { return std::string(column.short_title); });
  out += line("epoch", [](const Column& column) {
    return column.record ? fmt::format("{}", column.record->epoch) : std::string("-");
  });
  std::string split;
  for (const auto& name : reported(records)) {
    if (name.first != split) out += name.first + "\n";
    split = name.first;
    out += line("  " + name.second, [&](const Column& column) {
      const std::optional<double> value = value_of(column, name);
      return value ? metric_text(*value, kCell) : std::string("-");
    });
  }
  return out;
}

/// The step of a line of metrics.jsonl; empty if the line is incomplete.
std::optional<std::uint64_t> step_of(const std::string& line) {
  try {
    return JsonValue::parse(line, "metrics.jsonl").at("step").count();
  } catch (const DataError&) {
    return std::nullopt;
  }
}

}  // namespace

std::string summary_json(const RunFacts& facts, const TrainingProgress& progress, std::string_view status,
                         const RunCost& cost, std::string_view error) {
  const RunRecords records = progress.records.reported(facts.selection);
  Json out;
  out["task"] = facts.task;
  out["model"] = facts.model;
  out["seed"] = facts.seed;
  out["device"] = facts.device;
  out["ranks"] = facts.ranks;
  out["engine"] = {{"version", engine_version()}, {"instruction_set", or_null(facts.instruction_set)}};
  out["plugin"] = {{"version", or_null(facts.plugin_version)}, {"file", or_null(facts.plugin_file)}};
  out["data"] = to_json(facts.data);
  const bool counted = facts.events > 0;
  out["data"]["events"] = counted ? Json(facts.events) : Json();
  out["data"]["events_lost"] = counted ? Json(facts.events_lost) : Json();
  out["data"]["skipped"] = facts.skipped;
  out["data"]["skipped_why"] = facts.skipped_why;
  out["placement"] = facts.placement;
  out["protocol"] = facts.protocol;
  out["hold_out"] = {{"by", facts.hold_out.by}, {"groups", facts.hold_out.groups}, {"samples", facts.hold_out.samples}};
  out["selection"] = {{"split", facts.selection.split},
                      {"metric", facts.selection.metric},
                      {"higher_is_better", facts.selection.higher_is_better}};
  out["parameters"] = facts.parameters;
  if (facts.initial) out["initial"] = to_json(*facts.initial);
  for (const Extension& each : facts.extensions) {
    out["extended"].push_back({{"step", each.step}, {"from", each.from}, {"to", each.to}});
  }
  out["matmul"] = {{"precision", facts.matmul_precision}, {"gradient_error", or_null(facts.matmul_error)}};
  out["status"] = status;
  if (!error.empty()) out["error"] = error;
  out["epochs"] = progress.epoch;
  out["steps"] = progress.step;
  out["seconds"] = cost.seconds;
  out["memory"] = {{"planned_mb", static_cast<double>(facts.planned_memory) / kMegabyte},
                   {"peak_mb", static_cast<double>(cost.peak_memory) / kMegabyte}};
  for (const Column& column : columns(records)) {
    out["epoch"][column.key] = column.record ? Json(column.record->epoch) : Json(nullptr);
  }
  out["metrics"] = metrics_json(records);
  return json_text(out, 2) + "\n";
}

std::string epoch_json(const EpochRecord& record) {
  Json out;
  out["epoch"] = record.epoch;
  out["step"] = record.step;
  out["learning_rate"] = record.learning_rate;
  if (record.provisional) out["provisional"] = true;
  for (const SplitMetrics& split : record.splits) {
    for (const NamedMetric& metric : split.metrics) out[split.split][metric.name] = metric.value;
  }
  return json_text(out);
}

std::string metrics_until(const std::string& lines, const std::optional<EpochRecord>& last) {
  if (!last) return {};
  std::string kept;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    const std::optional<std::uint64_t> step = step_of(line);
    if (!step || *step >= last->step) break;
    kept += line + "\n";
  }
  return kept + epoch_json(*last) + "\n";
}

std::string metric_text(double value, std::size_t columns) {
  if (std::isnan(value)) return "–";
  if (std::isinf(value)) return value > 0.0 ? "∞" : "−∞";
  std::string text;
  for (int digits = 4; digits > 0; --digits) {
    text = fmt::format("{:.{}g}", value, digits);
    if (text.size() <= columns) break;
  }
  return text;
}

std::string metric_text(double value) { return metric_text(value, kUnlimitedColumns); }

std::string summary_table(const RunRecords& records, const DataIdentity& data, std::size_t room) {
  std::size_t split_width = 5, metric_width = 6;
  for (const auto& [split, metric] : reported(records)) {
    split_width = std::max(split_width, split.size());
    metric_width = std::max(metric_width, metric.size());
  }
  if (split_width + 2 + metric_width + 3 * 17 > room) return narrow_table(records, data, room);
  const auto line = [&](const std::string& split, const std::string& metric, const auto& cell) {
    std::string out = fmt::format("{:<{}}  {:<{}}", split, split_width, metric, metric_width);
    for (const Column& column : columns(records)) out += fmt::format("  {:>15}", cell(column));
    return out + "\n";
  };
  std::string out = fmt::format("data: {}\n", data_title(data.name, data.standin));
  out += line("split", "metric", [](const Column& column) { return std::string(column.title); });
  out += line("", "epoch", [](const Column& column) {
    return column.record ? fmt::format("{}", column.record->epoch) : std::string("-");
  });
  for (const auto& name : reported(records)) {
    out += line(name.first, name.second, [&](const Column& column) {
      const std::optional<double> value = value_of(column, name);
      return value ? metric_text(*value) : std::string("-");
    });
  }
  return out;
}

}  // namespace hetsyn
