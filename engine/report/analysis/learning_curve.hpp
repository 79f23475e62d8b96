#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The course of a metric over a training, and when it was good enough.
namespace hetsyn {

struct CurvePoint {
  std::uint64_t step = 0;  ///< optimizer steps done
  double value = 0.0;
};

/// One metric of one split in the metrics.jsonl of a run: the epochs that have it. On the training split a point is the
/// mean over the steps since the point before; on the others a measurement after its step. Throws DataError where the
/// file is not one, or has no such metric in any line.
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

/// The first step at whose end the criterion holds; empty where it never does. Each point counts for the steps since
/// the point before it. A window takes whole points, the fewest that reach `window` steps back: for a window of exactly
/// that many steps, record a point at least so often (train.iterations_per_epoch).
std::optional<std::uint64_t> steps_to_criterion(std::span<const CurvePoint> curve, const Criterion& criterion);

}  // namespace hetsyn
