#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hetsyn/batch.hpp"
#include "hetsyn/error.hpp"

/// Sums over the batches of one evaluation, and the ready-made ones.
namespace hetsyn::sdk {

class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual void add(const Batch& batch) = 0;
  /// One value per Info::metrics, in that order.
  [[nodiscard]] virtual std::vector<double> values() const = 0;
};

/// sum / count. Throws TaskError where nothing was counted, instead of giving NaN.
inline double mean_of(double sum, std::size_t count) {
  if (count == 0) throw TaskError("a metric is a mean over no samples");
  return sum / static_cast<double>(count);
}

/// How a class is read off the readout.
class Decision {
 public:
  /// argmax_k Σ_{t ≥ skip} softmax(y[t])_k
  static Decision softmax_sum(std::size_t skip_steps = 0) { return {Kind::softmax_sum, skip_steps}; }
  /// argmax_k y_k[T−1]
  static Decision last_step() { return {Kind::last_step, 0}; }
  /// argmax_k Σ_t z_k[t]
  static Decision spike_count() { return {Kind::spike_count, 0}; }

  /// The class decided for one sample; the first one of equals.
  [[nodiscard]] std::int32_t operator()(const Batch& batch, std::size_t sample) const {
    std::vector<double> score(batch.outputs(), 0.0);
    std::vector<float> softmax(batch.outputs());
    const std::span<const float> readout = batch.readout(sample);
    const std::size_t first = kind_ == Kind::last_step ? batch.steps() - 1 : skip_steps_;
    if (first >= batch.steps()) {
      throw TaskError("a class is decided on the steps after the first " + std::to_string(first) + ", of " +
                      std::to_string(batch.steps()));
    }
    for (std::size_t t = first; t < batch.steps(); ++t) {
      add_step(readout.subspan(t * batch.outputs(), batch.outputs()), softmax, score);
    }
    return static_cast<std::int32_t>(std::max_element(score.begin(), score.end()) - score.begin());
  }

 private:
  enum class Kind : std::uint8_t { softmax_sum, last_step, spike_count };
  Decision(Kind kind, std::size_t skip_steps) : kind_(kind), skip_steps_(skip_steps) {}

  /// `softmax` is scratch memory.
  void add_step(std::span<const float> y, std::vector<float>& softmax, std::vector<double>& score) const {
    if (kind_ != Kind::softmax_sum) {
      for (std::size_t k = 0; k < y.size(); ++k) score[k] += static_cast<double>(y[k]);
      return;
    }
    const float peak = *std::max_element(y.begin(), y.end());
    float sum = 0.0F;
    for (std::size_t k = 0; k < y.size(); ++k) {
      softmax[k] = std::exp(y[k] - peak);
      sum += softmax[k];
    }
    for (std::size_t k = 0; k < y.size(); ++k) score[k] += static_cast<double>(softmax[k] / sum);
  }

  Kind kind_;
  std::size_t skip_steps_;
};

/// Fraction of samples whose decided class is their label.
class Accuracy : public Metrics {
 public:
  explicit Accuracy(Decision decision) : decision_(decision) {}
  void add(const Batch& batch) override {
    for (std::size_t b = 0; b < batch.samples(); ++b) correct_ += decision_(batch, b) == batch.label(b) ? 1 : 0;
    samples_ += batch.samples();
  }
  [[nodiscard]] std::vector<double> values() const override {
    return {mean_of(static_cast<double>(correct_), samples_)};
  }

 private:
  Decision decision_;
  std::size_t correct_ = 0, samples_ = 0;
};

/// Mean over samples, steps and outputs of (y − target)²; for a task with as many targets as outputs.
class MeanSquaredError : public Metrics {
 public:
  void add(const Batch& batch) override {
    if (batch.targets() != batch.outputs()) {
      throw ContractError("MeanSquaredError needs info.targets = info.outputs; they are " +
                          std::to_string(batch.targets()) + " and " + std::to_string(batch.outputs()));
    }
    for (std::size_t b = 0; b < batch.samples(); ++b) {
      const auto y = batch.readout(b);
      const auto target = batch.target(b);
      for (std::size_t i = 0; i < y.size(); ++i) {
        const double error = static_cast<double>(y[i]) - static_cast<double>(target[i]);
        sum_ += error * error;
      }
      count_ += y.size();
    }
  }
  [[nodiscard]] std::vector<double> values() const override { return {mean_of(sum_, count_)}; }

 private:
  double sum_ = 0.0;
  std::size_t count_ = 0;
};

}  // namespace hetsyn::sdk
