#pragma once
#include <cstdint>
#include <filesystem>
#include <hetsyn/results.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The course of a metric during a training, and when it reached a criterion.
namespace hetsyn {

/// The lines of the metrics.jsonl of a run; undefined values are NaN. A last line that is still being written is left
/// out. Throws DataError, which names the line, if the file is invalid.
std::vector<EpochRecord> read_epochs(const std::filesystem::path& metrics);

struct CurvePoint {
  std::uint64_t step = 0;  ///< optimizer steps done
  double value = 0.0;
};

/// Reads a metric of a split from the metrics.jsonl of a run: the epochs that have it. For the training split, a point
/// is the mean over the steps since the previous point; for the others, a measurement after its step. Throws DataError
/// if the file is invalid or no line has this metric.
std::vector<CurvePoint> read_curve(const std::filesystem::path& metrics, const std::string& split,
                                   const std::string& metric);

/// "The mean over the last `window` steps is at least (at most) `bound`."
struct Criterion {
  std::string metric;
  bool at_least = true;
  double bound = 0.0;
  std::uint64_t window = 1;  ///< optimizer steps ("iterations")
};

/// "accuracy>=0.95" or "mse<=0.02". Throws UsageError.
Criterion parse_criterion(const std::string& text, std::uint64_t window);

/// The first step after which the criterion holds; empty if it never does. Each point counts for the steps since the
/// previous one. A window consists of whole points, as few as reach `window` steps back: for a window of exactly that
/// many steps, points must be at least so frequent (train.iterations_per_epoch).
std::optional<std::uint64_t> steps_to_criterion(std::span<const CurvePoint> curve, const Criterion& criterion);

}  // namespace hetsyn
