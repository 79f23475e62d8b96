#include "report/html/run_facts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "data/data_identity.hpp"
#include "run/data_json.hpp"
#include "run/epoch_log.hpp"
#include "run/summary.hpp"

namespace hetsyn {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// "128, 64 neurons, recurrent"
std::string network_text(const RunRecord& run) {
  std::string out;
  for (const char c : key_text(run, "model.hidden")) {
    if (c != '[' && c != ']') out += c;
  }
  return fmt::format("{}, hidden populations of {} neurons, {}", key_text(run, "model.neuron"), out,
                     key_text(run, "model.recurrent") == "true" ? "recurrent" : "feed-forward");
}

std::string length_text(const RunRecord& run) {
  const std::string iterations = key_text(run, "train.iterations"), epochs = key_text(run, "train.epochs");
  const std::string asked = !iterations.empty() ? iterations + " optimizer steps" : epochs + " epochs";
  if (!run.summary) return "none of " + asked + " so far";
  return fmt::format("{} epochs, {} optimizer steps, of {} ({})", run.summary->at("epochs").count(),
                     run.summary->at("steps").count(), asked, run.status());
}

std::string samples_text(const DataIdentity& data) {
  std::string out;
  for (const DataIdentity::Part& part : data.splits) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", part.samples, part.name);
  }
  return out;
}

std::string hold_out_text(const JsonValue& hold_out) {
  const std::string by = hold_out.text_or("by", "none");
  const std::uint64_t samples = hold_out.at("samples").count();
  if (by == "none") return "nothing was held out";
  if (by == "split") return fmt::format("validation on the task's own split, {} samples", samples);
  if (by == "drawn") return fmt::format("validation on {} samples that are drawn from other seeds", samples);
  if (by == "samples") return fmt::format("validation on {} of the training samples, held out", samples);
  std::vector<std::string> groups;
  for (const JsonValue& group : hold_out.at("groups").items()) groups.push_back(group.text());
  return fmt::format("validation on {} training samples of groups that were held out whole: {}", samples,
                     fmt::join(groups, ", "));
}

void add_data(Rows& rows, const JsonValue& summary) {
  const auto json = summary.find("data");
  if (!json) return;
  const DataIdentity data = data_from_json(*json);
  rows.push_back({"Data", data_title(data.name, data.standin)});
  if (!data.splits.empty()) rows.push_back({"Samples", samples_text(data)});
  if (!data.digest.empty()) rows.push_back({"Digest of the data", data.digest});
  if (const auto lost = json->number_if_any("events_lost"); lost && *lost > 0.0) {
    rows.push_back({"Input events lost", fmt::format("{:.0f} of {:.0f}, which never reach the network", *lost,
                                                     json->number_if_any("events").value_or(std::nan("")))});
  }
  if (const auto skipped = json->number_if_any("skipped"); skipped && *skipped > 0.0) {
    rows.push_back({"Samples left out", fmt::format("{:.0f}: {}", *skipped, json->text_or("skipped_why", ""))});
  }
}

std::string protocol_text(const JsonValue& summary) {
  std::string out = summary.text_or("protocol", "");
  if (const auto hold_out = summary.find("hold_out")) out += ": " + hold_out_text(*hold_out);
  const auto selection = summary.find("selection");
  if (!selection) return out;
  return fmt::format("{}; the best {} {} selects the epoch", out, selection->text_or("split", ""),
                     selection->text_or("metric", ""));
}

std::string device_text(const JsonValue& summary) {
  std::string out = summary.text_or("device", "");
  if (const auto engine = summary.find("engine")) {
    if (const std::string set = engine->text_or("instruction_set", ""); !set.empty()) out += " (" + set + ")";
  }
  const double ranks = summary.number_if_any("ranks").value_or(1.0);
  if (ranks > 1.0) out += fmt::format(", {:.0f} processes", ranks);
  if (const auto matmul = summary.find("matmul")) {
    if (const std::string bits = matmul->text_or("precision", "float32"); bits != "float32") {
      out += fmt::format(", matrix products in {}", bits);
    }
  }
  return out;
}

std::string version_text(const JsonValue& summary) {
  std::string out;
  if (const auto engine = summary.find("engine")) out = "engine " + engine->text_or("version", "?");
  if (const auto plugin = summary.find("plugin")) {
    if (const std::string version = plugin->text_or("version", ""); !version.empty()) out += ", task " + version;
  }
  return out;
}

std::string time_text(const JsonValue& summary) {
  const double seconds = summary.at("seconds").number(), epochs = static_cast<double>(summary.at("epochs").count());
  std::string out = seconds < 60.0 || seconds > 1e12 ? fmt::format("{:.3g} s", seconds) : clock_text(seconds);
  if (epochs > 0.0) out += fmt::format(", {:.3g} s an epoch", seconds / epochs);
  return out;
}

void add_memory(Rows& rows, const JsonValue& summary) {
  const auto memory = summary.find("memory");
  if (!memory) return;
  const double peak = memory->number_if_any("peak_mb").value_or(std::nan(""));
  rows.push_back({"Memory", fmt::format("{:.0f} MB at its peak, {:.0f} MB planned", peak,
                                        memory->number_if_any("planned_mb").value_or(std::nan("")))});
}

void add_history(Rows& rows, const JsonValue& summary) {
  if (const auto initial = summary.find("initial")) {
    const std::string file = initial->text_or("file", "");
    rows.push_back({"Initial parameters", file.empty() ? "given in memory" : "from " + file});
  }
  if (const auto extended = summary.find("extended")) {
    for (const JsonValue& each : extended->items()) {
      rows.push_back(
          {"Made longer", fmt::format("after step {}: {} steps in all instead of {}", each.at("step").count(),
                                      each.at("to").count(), each.at("from").count())});
    }
  }
}

struct Column {
  std::string_view key, title;
};
constexpr std::array<Column, 3> kColumns{
    {{"last", "last epoch"}, {"best_validation", "best validation epoch"}, {"best_test", "best test epoch"}}};

std::string cell(const std::optional<JsonValue>& values, std::string_view column) {
  const auto value = values ? values->number_if_any(std::string(column)) : std::nullopt;
  return value ? metric_text(*value) : "–";
}

/// The names of all metrics, in the order in which they first appear.
std::vector<std::string> metric_names(const JsonValue& metrics) {
  std::vector<std::string> names;
  for (const auto& [split, values] : metrics.members()) {
    for (const auto& [name, epochs] : values.members()) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

/// What the columns of the results mean, and which of them may be published.
std::vector<std::string> meaning_text(const RunRecord& run) {
  const std::string metric = run.selection_metric();
  std::vector<std::string> out{
      "Last epoch: after all training; nothing was chosen.",
      fmt::format(
          "Best validation epoch: the one with the best validation {}. The test set had no part in the choice, so "
          "that its test values may be published.",
          metric),
      fmt::format("Best test epoch: the one with the best test {}, which flatters it.", metric)};
  if (!run.summary->at("metrics").find("validation"))
    out[1] = "Best validation epoch: none, as there is no validation set.";
  if (!run.summary->at("metrics").find("test")) out[2] = "Best test epoch: none, as the task has no test split.";
  out.emplace_back(
      run.selection_split() == "test"
          ? "In this run the test set chose the epoch, as was published (train.protocol = \"paper\"): compare "
            "its best test epoch only with numbers that were chosen so too, and say so."
          : "In this run held-out validation samples chose the epoch (train.protocol = \"held_out\"): its best "
            "test epoch is only to compare with numbers that were chosen on the test set.");
  return out;
}

}  // namespace

std::string key_text(const RunRecord& run, std::string_view key) {
  const ConfigValue* const value = find_dotted(run.config, key);
  if (value == nullptr) return {};
  const std::string* const text = value->as<std::string>();
  return text != nullptr ? *text : toml_text(*value);
}

Section facts_section(const RunRecord& run) {
  Rows rows{{"Task", run.task()}};
  if (run.summary) add_data(rows, *run.summary);
  rows.push_back({"Network", network_text(run)});
  if (run.summary) {
    rows.push_back({"Parameters", fmt::format("{} trainable", run.summary->at("parameters").count())});
  }
  rows.push_back({"Time step", key_text(run, "model.dt_ms") + " ms"});
  const bool homogeneous = key_text(run, "model.neuron").starts_with("hom_");
  rows.push_back({"Initial time constants",
                  key_text(run, homogeneous ? "model.tau_homogeneous_ms" : "model.tau_synapse_ms") + " ms"});
  rows.push_back({"Surrogate", key_text(run, "model.surrogate")});
  rows.push_back({"Dropout", key_text(run, "model.dropout")});
  rows.push_back({"Training", length_text(run)});
  rows.push_back({"Optimizer", fmt::format("{}, learning rate {}, batch {}", key_text(run, "train.optimizer"),
                                           key_text(run, "train.learning_rate"), key_text(run, "train.batch"))});
  rows.push_back({"Seed", key_text(run, "train.seed")});
  if (run.summary) {
    rows.push_back({"Protocol", protocol_text(*run.summary)});
    rows.push_back({"Device", device_text(*run.summary)});
    rows.push_back({"Versions", version_text(*run.summary)});
    rows.push_back({"Time", time_text(*run.summary)});
    add_memory(rows, *run.summary);
    add_history(rows, *run.summary);
  }
  rows.push_back({"Directory", run.path.string()});
  return {.title = "The run", .tables = {{.title = "", .rows = std::move(rows)}}};
}

Section results_section(const RunRecord& run) {
  Section section{.title = "Results"};
  const auto last = run.summary ? run.summary->at("epoch").find("last") : std::nullopt;
  if (!last) {
    section.text = {"No epoch has ended yet, so that there are no results."};
    return section;
  }
  Table table{.title = "", .header = {"metric", "split"}};
  for (const Column& column : kColumns) table.header.emplace_back(column.title);
  std::vector<std::string> epochs{"epoch", ""};
  for (const Column& column : kColumns) epochs.push_back(cell(run.summary->find("epoch"), column.key));
  table.rows.push_back(std::move(epochs));
  const JsonValue metrics = run.summary->at("metrics");
  for (const std::string& name : metric_names(metrics)) {
    for (const auto& [split, values] : metrics.members()) {
      const auto epochs_of = values.find(name);
      if (!epochs_of) continue;
      std::vector<std::string> row{name, split};
      for (const Column& column : kColumns) row.push_back(cell(epochs_of, column.key));
      table.rows.push_back(std::move(row));
    }
  }
  section.text = meaning_text(run);
  if (!run.epochs.empty() && run.epochs.back().provisional) {
    section.text.push_back(fmt::format(
        "train.max_steps ended the run at step {}, within epoch {}: the last values are an evaluation made there.",
        run.epochs.back().step, run.epochs.back().epoch));
  }
  section.tables = {std::move(table)};
  return section;
}

Section configuration_section(const RunRecord& run) {
  Table table{.title = "config.toml: all keys, with those that were not set", .header = {"key", "value"}};
  for (const ConfigEntry& entry : run.config) {
    const auto* const keys = entry.value.as<ConfigValue::Table>();
    if (keys == nullptr) continue;
    for (const ConfigEntry& key : *keys) table.rows.push_back({entry.key + "." + key.key, toml_text(key.value)});
  }
  return {.title = "Configuration", .tables = {std::move(table)}};
}

}  // namespace hetsyn
