#pragma once
#include <chrono>
#include <cstdint>

#include "training/trainer.hpp"

namespace hetsyn {

/// Samples per second of the training steps of an epoch, without the evaluations between them.
class Throughput {
 public:
  void on_step(const StepRecord& record) {
    const Clock::time_point now = Clock::now();
    if (record.step_in_epoch == 1) {
      samples_ = 0;
      training_ = {};
    }
    samples_ += record.samples;
    training_ += now - last_event_;
    last_event_ = now;
  }
  void on_evaluation() { last_event_ = Clock::now(); }
  [[nodiscard]] double samples_per_second() const {
    return static_cast<double>(samples_) / std::chrono::duration<double>(training_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::uint64_t samples_ = 0;   ///< trained on in this epoch
  Clock::duration training_{};  ///< time of these steps
  Clock::time_point last_event_ = Clock::now();
};

}  // namespace hetsyn
