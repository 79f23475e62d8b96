#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/log.hpp"
#include "run/throughput.hpp"
#include "training/trainer.hpp"

namespace hetsyn {

/// Logs one line per epoch: metric and loss of each set, samples per second, time since the start. Where there is no
/// room for their names in each line, the lines are those of a table whose head is repeated now and then; where there
/// is no room for all columns, the most important ones.
class EpochLog : public TrainingObserver {
 public:
  /// `epochs` is the number of epochs of the run, `metric` the one that is shown together with the loss. `log` must
  /// outlive this.
  EpochLog(const Log& log, std::uint64_t epochs, std::string metric);

  void on_step(const StepRecord& record) override { throughput_.on_step(record); }
  void on_evaluation(const std::string& /*split*/, std::size_t /*samples_done*/, std::size_t /*samples*/) override {
    throughput_.on_evaluation();
  }
  void on_epoch(const EpochRecord& record) override;

 private:
  [[nodiscard]] std::string line(const EpochRecord& record, std::string_view elapsed) const;
  /// The line as a row of a table, below the head if it is due.
  [[nodiscard]] std::string row(const EpochRecord& record, std::string_view elapsed, std::size_t columns);

  const Log& log_;
  std::uint64_t epochs_;
  std::vector<std::string> shown_metrics_;  ///< per split: the task's first metric and the loss
  Throughput throughput_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string head_;  ///< of the table, as it was last shown
  std::size_t rows_since_head_ = 0;
};

/// "0:42", "1:02:03"; "-" for a value that is not a duration.
std::string clock_text(double seconds);

}  // namespace hetsyn
