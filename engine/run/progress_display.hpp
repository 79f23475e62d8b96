#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "run/status_text.hpp"
#include "training/trainer.hpp"

namespace hetsyn {

/// Shows a run as it goes: one line per epoch and, on a terminal, a bar below them that is redrawn in place.
class ProgressDisplay : public TrainingObserver {
 public:
  /// `bar`: standard output is a terminal and may show one, see StatusText. `epochs` is the number of epochs of the
  /// run.
  ProgressDisplay(bool bar, std::uint64_t epochs, std::string metric);

  void on_step(const StepRecord& record) override;
  void on_evaluation(const std::string& split, std::size_t samples_done, std::size_t samples) override;
  void on_epoch(const EpochRecord& record) override;

 private:
  using Clock = std::chrono::steady_clock;

  void draw(std::string text);

  StatusText bar_;
  std::uint64_t epochs_;
  std::vector<std::string> shown_metrics_;  ///< per split: the task's first and the loss
  Clock::time_point start_ = Clock::now();
  std::uint64_t first_step_ = 0;      ///< of this process; 0: none yet
  std::uint64_t epoch_samples_ = 0;   ///< trained on in this epoch
  Clock::duration epoch_training_{};  ///< time spent on them
  Clock::time_point last_event_ = Clock::now();
};

/// "0:42", "1:02:03".
std::string clock_text(double seconds);

}  // namespace hetsyn
