#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/alike_runs.hpp"

/// Finished runs, grouped by configuration, from which a report is made.
namespace hetsyn {

/// A number of a run that reports compare: a metric on a split, in an epoch.
struct Quantity {
  std::string_view key;    ///< "test_last": in JSON and CSV
  std::string_view title;  ///< "test, last epoch"
  std::string_view split, epoch;
};
inline constexpr std::array<Quantity, 4> kQuantities{{
    {"train_last", "train, last epoch", "train", "last"},
    {"test_last", "test, last epoch", "test", "last"},
    {"test_best_validation", "test, best validation epoch", "test", "best_validation"},
    {"test_best_test", "test, best test epoch", "test", "best_test"},
}};

/// One value per quantity; empty if the run does not have it, as a run without validation set has no best validation
/// epoch.
using Results = std::array<std::optional<double>, kQuantities.size()>;

struct FinishedRun {
  std::filesystem::path directory;
  std::map<std::string, Results> results;  ///< by metric
  double seconds = 0.0;
};

/// Finished runs that are averaged.
struct RunGroup : AlikeRuns {
  std::string metric;    ///< that selects models
  std::string protocol;  ///< "held_out"
  std::uint64_t parameters = 0, epochs = 0;
  std::map<std::uint64_t, FinishedRun> runs;  ///< by seed

  /// The values of one quantity of a metric by seed.
  [[nodiscard]] std::map<std::uint64_t, double> by_seed(std::size_t quantity, const std::string& of) const;
  /// Those of the metric that selects models, in ascending order of seeds.
  [[nodiscard]] std::vector<double> values(std::size_t quantity) const;
  [[nodiscard]] std::vector<double> seconds() const;
};

/// A run that did not end, and its state: "running", "interrupted", "failed" or "no summary"; or one that cannot be
/// read, and why.
struct UncountedRun {
  std::string run, status;
};

struct RunTable {
  std::vector<RunGroup> groups;  ///< in the order of their first run
  std::vector<UncountedRun> uncounted;
  std::size_t unreadable = 0;  ///< those of `uncounted` that cannot be read
};

/// What a report does about something that it cannot read.
enum class Unreadable { refuse, skip };

/// Reads summary.json and config.toml of each run directory. A directory that is not a run, a file that is invalid, and
/// a second run of the same configuration and seed are refused with a DataError or ConfigError that names it, or
/// skipped.
RunTable read_runs(std::span<const std::filesystem::path> runs, Unreadable unreadable = Unreadable::refuse);

/// Compares two groups of the same task, data and metric: for each quantity of that metric the differences first −
/// second over the seeds that both have.
struct Comparison {
  const RunGroup* first;
  const RunGroup* second;
  std::vector<std::uint64_t> seeds;
  std::array<std::vector<double>, kQuantities.size()> differences;
};

/// Compares all pairs of a table. The results refer to `table`, which must outlive them.
std::vector<Comparison> compare_groups(const RunTable& table);

}  // namespace hetsyn
