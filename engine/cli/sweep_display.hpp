#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <string>

#include "cli/status_text.hpp"
#include "sweep/directory.hpp"

namespace hetsyn::cli {

/// Shows the progress of a sweep: a line for each model that has ended and, on a terminal, a table of the running ones.
class SweepDisplay {
 public:
  /// `models` is the number of models; `table` says whether standard output is a terminal (see StatusText).
  SweepDisplay(const SweepDirectory& directory, std::size_t models, bool table);

  void on_start(const SweepModel& model);
  /// `outcome` is a short text.
  void on_end(const SweepModel& model, const std::string& outcome);
  void draw();

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::string table(std::size_t columns) const;
  [[nodiscard]] double seconds_left() const;

  const SweepDirectory& directory_;
  std::size_t models_, ended_ = 0;
  StatusText status_;
  std::map<std::string, std::pair<const SweepModel*, Clock::time_point>> running_;  ///< by hash
  double busy_seconds_ = 0.0;  ///< sum over the models that have ended
  std::size_t most_at_once_ = 1;
  Clock::time_point start_ = Clock::now();
};

}  // namespace hetsyn::cli
