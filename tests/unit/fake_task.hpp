#pragma once
#include <algorithm>
#include <atomic>
#include <hetsyn/exceptions.hpp>
#include <memory>
#include <vector>

#include "core/rng.hpp"
#include "data/task_port.hpp"

/// A small task for the tests of loader and trainer: two classes, told apart by which half of the channels fires more.
/// Everything is public, so that a test can change what it needs before the task is used.
namespace hetsyn::testing {

/// Accuracy by the largest readout summed over the steps.
class SumAccuracy : public MetricAccumulator {
 public:
  /// Of a task with that many metrics, of which it is the first.
  explicit SumAccuracy(std::size_t metrics) : metrics_(metrics) {}

  void add(const BatchAnswer& batch) override {
    const View<const float, 3>& y = batch.readout;
    for (std::size_t b = 0; b < y.samples(); ++b) {
      std::vector<double> sum(y.units(), 0.0);
      for (std::size_t t = 0; t < y.steps(); ++t) {
        for (std::size_t k = 0; k < y.units(); ++k) sum[k] += static_cast<double>(y(b, t, k));
      }
      const auto answer = std::max_element(sum.begin(), sum.end()) - sum.begin();
      right_ += answer == batch.labels[b] ? 1.0 : 0.0;
      samples_ += 1.0;
    }
  }
  std::vector<double> finish() override {
    std::vector<double> values(metrics_, 0.0);
    values.front() = right_ / samples_;
    return values;
  }

 private:
  std::size_t metrics_;
  double right_ = 0.0, samples_ = 0.0;
};

class FakeTask : public Task {
 public:
  FakeTask() {
    info_.name = "fake";
    info_.inputs = 6;
    info_.outputs = 2;
    info_.steps = 12;
    info_.splits = {{"train", SplitRole::train, false, 22}, {"test", SplitRole::test, false, 9}};
    info_.losses = {{LossKind::softmax_sum, 1.0, 2.0}, {LossKind::rate, 0.01, 10.0}};
    info_.metrics = {{"accuracy", "", true}};
    info_.static_samples = true;
  }

  TaskInfo info_;
  std::uint64_t failing_sample = ~std::uint64_t{0};  ///< fill() throws for it
  int groups = 4;                                    ///< of samples; 0: none
  mutable std::atomic<int> fills{0};

  [[nodiscard]] const TaskInfo& info() const override { return info_; }

  [[nodiscard]] Sample fill(const SampleRequest& request) const override {
    ++fills;
    if (request.index == failing_sample) throw DataError("the failing sample");
    const bool drawn = info_.splits[request.split].drawn || !info_.static_samples;
    RandomStream random(drawn ? request.seed : 7, RandomPurpose::test,
                        static_cast<std::uint32_t>(request.split << 24 | request.index));
    Sample sample;
    sample.label = static_cast<std::int32_t>(request.index % info_.outputs);
    auto input = std::make_shared<InputSample>();
    if (info_.input_kind == InputKind::analog) {
      input->analog.resize(request.steps * info_.inputs);
      for (float& x : input->analog) x = static_cast<float>(random.uniform());
    } else {
      input->spikes = spikes(request, sample.label, random);
    }
    for (std::size_t i = 0; i < request.steps * info_.targets; ++i) {
      sample.target.push_back(static_cast<float>(random.normal()));
    }
    sample.input = std::move(input);
    return sample;
  }

  [[nodiscard]] SampleInfo sample_info(std::size_t /*split*/, std::uint64_t index) const override {
    return {static_cast<std::int32_t>(index % info_.outputs),
            groups == 0 ? -1 : static_cast<std::int32_t>(index / 2 % static_cast<std::uint64_t>(groups))};
  }

  /// Mean over the samples of Σ y² / 2.
  double loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const override {
    double loss = 0.0;
    const auto samples = static_cast<float>(batch.readout.samples());
    for (std::size_t i = 0; i < batch.readout.size(); ++i) {
      loss += 0.5 * static_cast<double>(batch.readout[i] * batch.readout[i]);
      d_readout[i] = batch.readout[i] / samples;
    }
    return loss / static_cast<double>(batch.readout.samples());
  }

  [[nodiscard]] std::unique_ptr<MetricAccumulator> metrics() const override {
    return std::make_unique<SumAccuracy>(info_.metrics.size());
  }
  [[nodiscard]] std::vector<PlotSeries> plots(const BatchAnswer& /*batch*/) const override { return {}; }

 private:
  [[nodiscard]] SpikeTrain spikes(const SampleRequest& request, std::int32_t label, RandomStream& random) const {
    SpikeTrain train;
    train.offsets.push_back(0);
    for (std::size_t i = 0; i < info_.inputs; ++i) {
      const bool loud = (i < info_.inputs / 2) == (label == 0);
      for (std::size_t t = 0; t < request.steps; ++t) {
        if (random.uniform() < (loud ? 0.6 : 0.1)) train.steps.push_back(static_cast<std::uint32_t>(t));
      }
      train.offsets.push_back(static_cast<std::uint32_t>(train.steps.size()));
    }
    return train;
  }
};

}  // namespace hetsyn::testing
