#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/data_identity.hpp"
#include "report/run_table.hpp"
#include "sweep/points.hpp"

/// The points of a sweep directory, grouped by condition, from which a report is made.
namespace hetsyn {

/// Points on the same data that differ only in the seeds of training and of perturbation.
struct Condition {
  SweepSettings settings;  ///< values of the axes, without these seeds
  std::string neuron, metric;
  std::optional<DataIdentity> data;  ///< empty if no point has a result
  std::string data_label;            ///< the name of the data in reports, unique for each data set
  std::uint64_t parameters = 0;
  std::size_t planned = 0;                                                      ///< number of points in the plan
  std::map<std::string, std::map<std::uint64_t, std::vector<double>>> metrics;  ///< metric → seed → values
  std::map<std::uint64_t, double> training_seconds;                             ///< by seed
  std::map<std::uint64_t, std::string> models;  ///< seed → hash of its model, of planned points too

  /// One value per training seed, the mean over perturbation seeds.
  [[nodiscard]] std::map<std::uint64_t, double> by_seed(const std::string& metric_name) const;
  /// The values of by_seed(), in ascending order of seeds.
  [[nodiscard]] std::vector<double> values(const std::string& metric_name) const;
};

/// A point without a result.
struct UncountedPoint {
  std::string hash;
  SweepSettings settings;
  std::string reason;   ///< the reason of its failure, why it cannot be read, or "missing"
  bool failed = false;  ///< and is not computed again unless asked for
};

struct SweepTable {
  std::filesystem::path directory;
  std::string task, split, checkpoint;
  std::size_t points = 0, finished = 0;
  std::size_t unread = 0;             ///< number of files that are incomplete or cannot be read
  std::size_t obsolete = 0;           ///< number of files of points that are no longer in the plan
  std::vector<Condition> conditions;  ///< in the order of the plan
  std::vector<UncountedPoint> uncounted;

  /// Whether a point has neither a result nor failed.
  [[nodiscard]] bool is_open() const;
};

/// Reads plan, points and failures. Throws DataError if the plan is invalid; a point whose files are invalid is refused
/// in the same way, or counts as one without a result.
SweepTable read_sweep(const std::filesystem::path& directory, Unreadable unreadable = Unreadable::refuse);

/// Compares two conditions on the same data that differ only in keys of [model]: the differences first − second over
/// the seeds that both have.
struct SweepComparison {
  const Condition* first;
  const Condition* second;
  std::vector<std::uint64_t> seeds;
  std::vector<double> differences;  ///< for the metric that selects models
};
std::vector<SweepComparison> compare_models(const SweepTable& table);
/// Keeps the pairs that differ in the fewest settings; with several settings there are too many others. Returns the
/// number of those.
std::size_t keep_closest(std::vector<SweepComparison>& comparisons);

}  // namespace hetsyn
