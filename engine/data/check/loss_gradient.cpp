#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/rng.hpp"
#include "data/check/answers.hpp"

/// The gradient of a task's own loss against differences of its value, along a few directions.
namespace hetsyn {
namespace {

constexpr int kRandomDirections = 3;
/// Sizes of a step, relative to readouts of about 1. The gradient must agree with the differences of one of them: short
/// steps suffer from the rounding of losses that are computed in single precision, long ones from curvature.
constexpr std::array kSteps{1e-1, 1e-2, 1e-3};
/// Of the larger of both derivatives; the mistakes that occur, such as a factor or a sign, are larger.
constexpr double kTolerance = 0.02;
constexpr double kRounding = 1e-6;  // of the value, in single precision
constexpr double kLeastSlope = 1e-12;

using Direction = std::vector<double>;

class LossCheck {
 public:
  LossCheck(const Task& task, const MadeUpBatch& batch, Findings& findings)
      : task_(task), batch_(batch), findings_(findings), gradient_(batch.readout.size(), 0.0F) {}

  void run() {
    loss_ = task_.loss_callback(batch_.answer(), gradient_);
    if (const double again = value(batch_.readout); again != loss_) {
      findings_.broken(
          "loss", fmt::format("loss() gives {:g}, then {:g} for the same batch; expected equal values", loss_, again));
      return;
    }
    compare_with_means();
    if (!agrees(along_gradient())) return;
    RandomStream random(0, RandomPurpose::test, 1);
    for (int i = 0; i < kRandomDirections; ++i) {
      Direction direction(gradient_.size());
      for (double& each : direction) each = random.uniform() < 0.5 ? -1.0 : 1.0;
      if (!agrees(direction)) return;
    }
  }

 private:
  [[nodiscard]] double value(std::span<const float> readout) const {
    std::vector<float> unused(readout.size(), 0.0F);
    return task_.loss_callback(batch_.answer(readout), unused);
  }

  /// The loss is a mean over the samples of a batch: a sum would make the gradient depend on the size of batches.
  void compare_with_means() {
    double mean = 0.0;
    for (std::size_t b = 0; b < batch_.labels.size(); ++b) {
      const MadeUpBatch one = batch_.only(b);
      std::vector<float> unused(one.readout.size(), 0.0F);
      mean += task_.loss_callback(one.answer(), unused) / static_cast<double>(batch_.labels.size());
    }
    if (std::abs(mean - loss_) <= 1e-4 * std::max(std::abs(mean), std::abs(loss_))) return;
    findings_.warning("loss",
                      fmt::format("loss() gives {:g} for a batch of {}, whose samples alone have a mean of {:g}; "
                                  "expected the mean over the samples of the batch",
                                  loss_, batch_.labels.size(), mean));
  }

  [[nodiscard]] Direction along_gradient() const {
    Direction direction(gradient_.begin(), gradient_.end());
    double largest = 0.0;
    for (const double each : direction) largest = std::max(largest, std::abs(each));
    for (double& each : direction) each /= largest > 0.0 ? largest : 1.0;
    return direction;
  }

  /// (L(y + h·d) − L(y − h·d)) / 2h, with the d that remains after rounding to float.
  [[nodiscard]] double difference(const Direction& direction, double step, double& slope) const {
    std::vector<float> up(batch_.readout), down(batch_.readout);
    slope = 0.0;
    for (std::size_t i = 0; i < direction.size(); ++i) {
      up[i] += static_cast<float>(step * direction[i]);
      down[i] -= static_cast<float>(step * direction[i]);
      const double moved = (static_cast<double>(up[i]) - static_cast<double>(down[i])) / (2.0 * step);
      slope += moved * static_cast<double>(gradient_[i]);
    }
    return (value(up) - value(down)) / (2.0 * step);
  }

  bool agrees(const Direction& direction) {
    double best = HUGE_VAL, expected = 0.0, found = 0.0;
    for (const double step : kSteps) {
      double slope = 0.0;
      const double measured = difference(direction, step, slope);
      const double allowed = kTolerance * std::max(std::abs(measured), std::abs(slope)) + kLeastSlope;
      const double rounding = kRounding * std::abs(loss_) / step;
      if (rounding > allowed && step != kSteps.front()) break;  // shorter steps measure nothing
      if (const double error = std::abs(measured - slope) / (allowed + rounding); error < best) {
        best = error;
        expected = measured;
        found = slope;
      }
    }
    if (best <= 1.0) return true;
    findings_.broken("loss", fmt::format("the gradient of loss() gives a slope of {:g} along a direction in which the "
                                         "loss itself rises by {:g}; expected the derivative of the value with respect "
                                         "to the readout",
                                         found, expected));
    return false;
  }

  const Task& task_;
  const MadeUpBatch& batch_;
  Findings& findings_;
  std::vector<float> gradient_;
  double loss_ = 0.0;
};

}  // namespace

void check_loss(const Task& task, const MadeUpBatch& batch, Findings& findings) {
  const auto is_callback = [](const LossTerm& term) { return term.kind == LossKind::callback; };
  if (std::ranges::none_of(task.info().losses, is_callback)) {
    findings.add("loss", Verdict::not_applicable, "the engine computes all losses");
    return;
  }
  findings.run("loss", "finite, and its gradient agrees with differences of its value",
               [&] { LossCheck(task, batch, findings).run(); });
}

}  // namespace hetsyn
