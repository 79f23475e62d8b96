#include "report/run_table.hpp"

#include <fmt/format.h>
#include <hetsyn/exceptions.hpp>
#include <utility>

#include "core/json_file.hpp"
#include "run/run_directory.hpp"

namespace hetsyn {
namespace {

std::map<std::string, Results> results_of(const JsonValue& summary) {
  std::map<std::string, Results> results;
  for (std::size_t q = 0; q < kQuantities.size(); ++q) {
    const auto split = summary.at("metrics").find(std::string(kQuantities[q].split));
    if (!split) continue;
    for (const auto& [metric, epochs] : split->members()) {
      results[metric][q] = epochs.number_if_any(std::string(kQuantities[q].epoch));
    }
  }
  return results;
}

/// Adds nothing if it throws.
void add_run(RunTable& table, const JsonValue& summary, const std::filesystem::path& run) {
  const std::string metric = summary.at("selection").at("metric").text();
  const std::string protocol = summary.text_or("protocol", "not recorded");
  const std::uint64_t parameters = summary.at("parameters").count(), epochs = summary.at("epochs").count();
  const std::uint64_t seed = summary.at("seed").count();
  FinishedRun finished{run, results_of(summary), summary.at("seconds").number()};
  RunGroup& group = group_of(table.groups, recorded_run(run, summary));
  if (group.runs.empty()) {
    group.metric = metric;
    group.protocol = protocol;
    group.parameters = parameters;
    group.epochs = epochs;
  }
  if (!group.runs.emplace(seed, std::move(finished)).second) {
    throw DataError(
        fmt::format("{}: a run of the same configuration and seed {} is in the table already", run.string(), seed));
  }
}

void read_run(RunTable& table, const std::filesystem::path& run) {
  if (!is_run_directory(run)) {
    throw DataError(fmt::format("{}: is not a run directory (it has no config.toml)", run.string()));
  }
  const std::filesystem::path file = run / "summary.json";
  if (!std::filesystem::exists(file)) {
    table.uncounted.push_back({run.string(), "no summary"});
    return;
  }
  const JsonValue summary = read_json_object(file);
  const std::string status = summary.at("status").text();
  if (status == "running" || status == "interrupted" || status == "failed") {
    table.uncounted.push_back({run.string(), status});
  } else {
    add_run(table, summary, run);
  }
}

/// What an error says, without the name of the run in front.
std::string reason_in(const Error& error, const std::filesystem::path& run) {
  const std::string message = error.what(), name = run.string() + ": ";
  return message.starts_with(name) ? message.substr(name.size()) : message;
}

Comparison compare(const RunGroup& first, const RunGroup& second) {
  Comparison comparison{&first, &second, {}, {}};
  for (const auto& [seed, run] : first.runs) {
    if (second.runs.contains(seed)) comparison.seeds.push_back(seed);
  }
  for (std::size_t q = 0; q < kQuantities.size(); ++q) {
    const auto others = second.by_seed(q, second.metric);
    for (const auto& [seed, value] : first.by_seed(q, first.metric)) {
      if (const auto other = others.find(seed); other != others.end()) {
        comparison.differences[q].push_back(value - other->second);
      }
    }
  }
  return comparison;
}

}  // namespace

std::map<std::uint64_t, double> RunGroup::by_seed(std::size_t quantity, const std::string& of) const {
  std::map<std::uint64_t, double> values;
  for (const auto& [seed, run] : runs) {
    const auto results = run.results.find(of);
    if (results != run.results.end() && results->second[quantity]) values[seed] = *results->second[quantity];
  }
  return values;
}

std::vector<double> RunGroup::values(std::size_t quantity) const {
  std::vector<double> values;
  for (const auto& [seed, value] : by_seed(quantity, metric)) values.push_back(value);
  return values;
}

std::vector<double> RunGroup::seconds() const {
  std::vector<double> seconds;
  for (const auto& [seed, run] : runs) seconds.push_back(run.seconds);
  return seconds;
}

RunTable read_runs(std::span<const std::filesystem::path> runs, Unreadable unreadable) {
  RunTable table;
  for (const std::filesystem::path& run : runs) {
    try {
      read_run(table, run);
    } catch (const Error& error) {
      if (unreadable == Unreadable::refuse) throw;
      table.uncounted.push_back({run.string(), reason_in(error, run)});
      ++table.unreadable;
    }
  }
  tell_apart(table.groups);
  return table;
}

std::vector<Comparison> compare_groups(const RunTable& table) {
  std::vector<Comparison> comparisons;
  for (std::size_t i = 0; i < table.groups.size(); ++i) {
    for (std::size_t j = i + 1; j < table.groups.size(); ++j) {
      const RunGroup &a = table.groups[i], &b = table.groups[j];
      if (a.task == b.task && a.data.same_as(b.data) && a.metric == b.metric) comparisons.push_back(compare(a, b));
    }
  }
  return comparisons;
}

}  // namespace hetsyn
