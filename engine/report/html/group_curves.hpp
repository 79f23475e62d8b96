#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "report/html/figure.hpp"

/// Learning curves of several runs: those of alike runs with their mean.
namespace hetsyn {

struct CurveRun {
  std::filesystem::path directory;
  std::string note;  ///< "seed 3, runs/a"
};

struct CurveGroup {
  std::string name;
  std::vector<CurveRun> runs;  ///< alike
};

/// A figure for each metric with a panel for each split, the metric `first` first. Runs without epochs are left out.
/// Throws DataError if a metrics.jsonl is invalid.
std::vector<Figure> curve_figures(std::span<const CurveGroup> groups, const std::string& first);

}  // namespace hetsyn
