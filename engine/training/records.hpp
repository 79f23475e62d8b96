#pragma once
#include <cstdint>
#include <hetsyn/results.hpp>
#include <optional>
#include <string>

/// Which epochs a run reports.
namespace hetsyn {

/// The metric and set that select the best epoch.
struct Selection {
  std::string split;   ///< "validation" or "test"
  std::string metric;  ///< the task's first
  bool higher_is_better = true;
};

/// How an epoch compares with the best one before it on selection.split.
enum class Improvement : std::uint8_t {
  none,
  of_loss,    ///< the same selection metric with a smaller loss: the new best, but no sign that training gets anywhere
  of_metric,  ///< a better selection metric, or the first one
};

/// The three epochs a summary reports side by side: metrics.<split>.<name>.{last,best_validation,best_test}.
/// The best are those with the selection metric best on the named set; of equal ones, that with the smaller loss on it;
/// of those that are equal in both, the earliest.
struct RunRecords {
  std::optional<EpochRecord> last;
  std::optional<EpochRecord> best_validation;
  std::optional<EpochRecord> best_test;
  /// Evaluated because train.max_steps ended the run here, where a longer run has no evaluation: within an epoch, or
  /// after one that is not due for it. Nothing else knows of it, and a run that goes on forgets it.
  std::optional<EpochRecord> provisional;
  bool operator==(const RunRecords&) const = default;

  /// Takes in an epoch.
  Improvement update(const EpochRecord& record, const Selection& selection);
  /// What there is to report where the run stands: a provisional record is the last one, and the best where no other
  /// was evaluated.
  [[nodiscard]] RunRecords reported(const Selection& selection) const;
  /// The best epoch on selection.split; empty before the first evaluation.
  [[nodiscard]] const std::optional<EpochRecord>& best(const Selection& selection) const {
    return selection.split == "test" ? best_test : best_validation;
  }
};

}  // namespace hetsyn
