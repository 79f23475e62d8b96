#pragma once
#include <cstdint>
#include <hetsyn/results.hpp>
#include <optional>
#include <string>

/// The epochs that a run reports.
namespace hetsyn {

/// The metric and set that select the best epoch.
struct Selection {
  std::string split;   ///< "validation" or "test"
  std::string metric;  ///< the task's first metric
  bool higher_is_better = true;
};

/// How an epoch compares with the best one so far on selection.split.
enum class Improvement : std::uint8_t {
  none,
  of_loss,    ///< the same selection metric with a smaller loss: the new best, but it does not reset train.patience
  of_metric,  ///< a better selection metric, or the first one
};

/// The three epochs that a summary reports: metrics.<split>.<name>.{last,best_validation,best_test}. The best epochs
/// have the best selection metric on the named set; among equal ones, the smallest loss on it; among those, the
/// earliest.
struct RunRecords {
  std::optional<EpochRecord> last;
  std::optional<EpochRecord> best_validation;
  std::optional<EpochRecord> best_test;
  /// An evaluation that exists only because train.max_steps ended the run here: within an epoch, or after one without a
  /// regular evaluation. No other number depends on it, and a run that continues drops it.
  std::optional<EpochRecord> provisional;
  bool operator==(const RunRecords&) const = default;

  /// Records an epoch.
  Improvement update(const EpochRecord& record, const Selection& selection);
  /// The records to report at this point: a provisional record counts as the last one, and as the best if there is no
  /// other.
  [[nodiscard]] RunRecords reported(const Selection& selection) const;
  /// The best epoch on selection.split; empty before the first evaluation.
  [[nodiscard]] const std::optional<EpochRecord>& best(const Selection& selection) const {
    return selection.split == "test" ? best_test : best_validation;
  }
};

}  // namespace hetsyn
