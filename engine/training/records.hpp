#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The numbers that a run leaves behind. They hold no times of day or durations: equal runs give equal records.
namespace hetsyn {

struct NamedMetric {
  std::string name;  ///< "accuracy", "loss", "firing_rate_hz", "firing_rate_hz_hidden1", …
  double value = 0.0;
  bool operator==(const NamedMetric&) const = default;
};

/// Metrics of one set of samples: the task's, in its order, then the engine's (loss, firing rates).
struct SplitMetrics {
  std::string split;  ///< "train", "validation", "test"
  std::vector<NamedMetric> metrics;
  bool operator==(const SplitMetrics&) const = default;
};

/// The end of an epoch. Training metrics are means over the epoch's batches, taken while the parameters change and
/// with dropout; validation and test are evaluated after the epoch's last step, and absent in epochs without
/// evaluation.
struct EpochRecord {
  std::uint64_t epoch = 0;     ///< 1, 2, …
  std::uint64_t step = 0;      ///< optimizer steps so far in the run
  double learning_rate = 0.0;  ///< of the weights in the epoch's last step
  std::vector<SplitMetrics> splits;
  bool provisional = false;  ///< see RunRecords::provisional
  bool operator==(const EpochRecord&) const = default;

  /// Null where the split was not evaluated.
  [[nodiscard]] const SplitMetrics* split(std::string_view name) const;
  /// Empty where split or metric is absent.
  [[nodiscard]] std::optional<double> metric(std::string_view split_name, std::string_view metric_name) const;
};

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
