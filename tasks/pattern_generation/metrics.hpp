#pragma once
#include <hetsyn/task.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hetsyn::tasks {

/// The steps at which the template begins in a trial.
struct Repeats {
  std::uint32_t count = 0, length = 0, period = 0;
  [[nodiscard]] std::uint64_t steps() const { return std::uint64_t{count - 1} * period + length; }
};

/// Two repeats of the template, numbered from 0.
struct RepeatPair {
  std::uint32_t earlier = 0, later = 0;
};

/// distance: for two repeats a, b of the template, mean (y_a − y_b)² / mean (y*_a − y*_b)², averaged over the given
/// pairs, whose targets differ. It is 1 if the output differs between repeats as much as the target does, and 0 if it
/// is the same for all repeats. (Fig. 2B–C)
class RepeatDistance : public sdk::Metrics {
 public:
  RepeatDistance(Repeats repeats, std::vector<RepeatPair> pairs)
      : repeats_(repeats), pairs_(std::move(pairs)), sums_(pairs_.size()) {}

  void add(const sdk::Batch& batch) override {
    for (std::size_t b = 0; b < batch.samples(); ++b) {
      for (std::size_t i = 0; i < pairs_.size(); ++i) add_pair(batch, b, pairs_[i], sums_[i]);
    }
  }

  [[nodiscard]] std::vector<double> values() const override {
    double distance = 0.0;
    for (const Sums& sums : sums_) distance += sums.output / sums.target;
    return {sdk::mean_of(distance, sums_.size())};
  }

 private:
  struct Sums {
    double output = 0.0, target = 0.0;  ///< Σ of squared differences
  };

  void add_pair(const sdk::Batch& batch, std::size_t sample, RepeatPair pair, Sums& sums) const {
    // With warped time the trial has another number of steps, and the repeats move accordingly.
    const double stretch = static_cast<double>(batch.steps()) / static_cast<double>(repeats_.steps());
    const auto begin = [&](std::uint32_t repeat) {
      return static_cast<std::size_t>(repeat * repeats_.period * stretch) * batch.outputs();
    };
    const std::size_t length = static_cast<std::size_t>(repeats_.length * stretch) * batch.outputs();
    sums.output += squared_difference(batch.readout(sample), begin(pair.earlier), begin(pair.later), length);
    sums.target += squared_difference(batch.target(sample), begin(pair.earlier), begin(pair.later), length);
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
  std::vector<RepeatPair> pairs_;
  std::vector<Sums> sums_;  ///< [pairs]
};

}  // namespace hetsyn::tasks
