#pragma once
#include <filesystem>
#include <hetsyn/results.hpp>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/json_file.hpp"

/// What a run has written into its directory.
namespace hetsyn {

struct RunRecord {
  std::filesystem::path path;
  ConfigDocument config;             ///< config.toml
  std::optional<JsonValue> summary;  ///< summary.json; empty before the first checkpoint of a run
  std::vector<EpochRecord> epochs;   ///< metrics.jsonl
  bool going = false;                ///< a process trains it

  /// As in summary.json; "running" if there is none.
  [[nodiscard]] std::string status() const;
  /// "best", or "last" where there is no best checkpoint; empty: neither.
  [[nodiscard]] std::string checkpoint() const;
  /// The name of the task, or of the data set where there is no task.
  [[nodiscard]] std::string task() const;
  /// The metric that selects the best epoch, and its split; empty without a summary.
  [[nodiscard]] std::string selection_metric() const;
  [[nodiscard]] std::string selection_split() const;
};

/// Throws UsageError if `run` is no run directory, and DataError, ConfigError or RunError for a damaged file.
RunRecord read_run_record(const std::filesystem::path& run);

/// What became of the run, as a sentence: "It was interrupted. …"; empty for one that ended as it was to.
std::string state_text(const RunRecord& run);

}  // namespace hetsyn
