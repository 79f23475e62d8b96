#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "cli/status_text.hpp"
#include "run/throughput.hpp"
#include "training/trainer.hpp"

namespace hetsyn::cli {

/// Shows the progress of the epoch as a bar on a terminal.
class ProgressBar : public TrainingObserver {
 public:
  /// `shown`: standard output is a terminal (see StatusText). `epochs` is the number of epochs of the run.
  ProgressBar(bool shown, std::uint64_t epochs);

  void on_step(const StepRecord& record) override;
  void on_evaluation(const std::string& split, std::size_t samples_done, std::size_t samples) override;

 private:
  using Clock = std::chrono::steady_clock;

  /// Shows the first of the texts that fits.
  void draw(std::span<const std::string> forms);

  StatusText bar_;
  std::uint64_t epochs_;
  Throughput throughput_;
  Clock::time_point start_ = Clock::now();
  std::uint64_t first_step_ = 0;  ///< the first step of this process; 0: none yet
};

}  // namespace hetsyn::cli
