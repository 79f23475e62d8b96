#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/data_identity.hpp"
#include "sweep/points.hpp"

/// The points of a sweep directory, sorted by condition: what its report is made of.
namespace hetsyn {

/// Points on the same data that differ in nothing but the seeds of training and of perturbation.
struct Condition {
  SweepSettings settings;  ///< values of the axes, without these seeds
  std::string neuron, metric;
  std::optional<DataIdentity> data;  ///< empty where no point has a result
  std::string data_label;            ///< what the data are called in the table, so that no two are called alike
  std::uint64_t parameters = 0;
  std::size_t planned = 0;                                                      ///< points that the sweep has here
  std::map<std::string, std::map<std::uint64_t, std::vector<double>>> metrics;  ///< metric → seed → values
  std::map<std::uint64_t, double> training_seconds;                             ///< by seed

  /// One value per training seed, its mean over perturbation seeds, in the order of the seeds.
  [[nodiscard]] std::vector<double> values(const std::string& metric_name) const;
};

/// A point without a result.
struct UncountedPoint {
  std::string hash;
  SweepSettings settings;
  std::string reason;  ///< of its failure, or "missing"
};

struct SweepTable {
  std::string task, split, checkpoint;
  std::size_t points = 0, finished = 0;
  std::size_t torn = 0;               ///< files that end too early
  std::size_t strangers = 0;          ///< files of points that the sweep no longer has
  std::vector<Condition> conditions;  ///< in the order of the plan
  std::vector<UncountedPoint> uncounted;
};

/// Reads plan, points and failures. Throws DataError for a file that is not what it should be.
SweepTable read_sweep(const std::filesystem::path& directory);

/// Two conditions on the same data that differ in keys of [model] alone: the differences first − second over the seeds
/// that both have.
struct SweepComparison {
  const Condition* first;
  const Condition* second;
  std::vector<std::uint64_t> seeds;
  std::vector<double> differences;  ///< of the metric that selects models
};
std::vector<SweepComparison> compare_models(const SweepTable& table);

}  // namespace hetsyn
