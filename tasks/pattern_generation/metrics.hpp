#pragma once
#include <hetsyn/task.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hetsyn::tasks {

/// Where the template stands in a trial, in steps.
struct Repeats {
  std::uint32_t count = 0, length = 0, period = 0;
  [[nodiscard]] std::uint64_t steps() const { return std::uint64_t{count - 1} * period + length; }
};

/// mse: mean over steps and outputs of (y − y*)².
/// distance: for two repeats a, b of the template, mean (y_a − y_b)² / mean (y*_a − y*_b)², averaged over all pairs. 1:
/// the network tells the repeats apart as the target does; 0: it answers the template alike each time. (Fig. 2B–C)
class PatternMetrics : public sdk::Metrics {
 public:
  explicit PatternMetrics(Repeats repeats) : repeats_(repeats), pairs_(repeats.count * (repeats.count - 1) / 2) {}

  void add(const sdk::Batch& batch) override {
    error_.add(batch);
    for (std::size_t b = 0; b < batch.samples(); ++b) {
      std::size_t pair = 0;
      for (std::uint32_t later = 1; later < repeats_.count; ++later) {
        for (std::uint32_t earlier = 0; earlier < later; ++earlier) add_pair(batch, b, earlier, later, pairs_[pair++]);
      }
    }
  }

  [[nodiscard]] std::vector<double> values() const override {
    double distance = 0.0;
    for (const Pair& pair : pairs_) distance += pair.output / pair.target;
    return {error_.values().front(), distance / static_cast<double>(pairs_.size())};
  }

 private:
  struct Pair {
    double output = 0.0, target = 0.0;  ///< Σ of squared differences
  };

  void add_pair(const sdk::Batch& batch, std::size_t sample, std::uint32_t a, std::uint32_t b, Pair& pair) const {
    // With warped time the trial has another number of steps and the repeats move with it.
    const double stretch = static_cast<double>(batch.steps()) / static_cast<double>(repeats_.steps());
    const auto begin = [&](std::uint32_t repeat) {
      return static_cast<std::size_t>(repeat * repeats_.period * stretch) * batch.outputs();
    };
    const std::size_t length = static_cast<std::size_t>(repeats_.length * stretch) * batch.outputs();
    pair.output += squared_difference(batch.readout(sample), begin(a), begin(b), length);
    pair.target += squared_difference(batch.target(sample), begin(a), begin(b), length);
  }

  static double squared_difference(std::span<const float> y, std::size_t a, std::size_t b, std::size_t length) {
    double sum = 0.0;
    for (std::size_t i = 0; i < length; ++i) {
      const double difference = static_cast<double>(y[a + i]) - static_cast<double>(y[b + i]);
      sum += difference * difference;
    }
    return sum;
  }

  Repeats repeats_;
  std::vector<Pair> pairs_;
  sdk::MeanSquaredError error_;
};

}  // namespace hetsyn::tasks
