#include "dms/plots.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace hetsyn::tasks {
namespace {

using Curve = std::vector<double>;

constexpr std::array<const char*, 2> kClasses{"match", "mismatch"};
constexpr std::array<const char*, 2> kCues{"first cue", "second cue"};

/// A figure over the time of a trial.
class Figure {
 public:
  Figure(std::string plot, std::string y_label, const sdk::Batch& batch, const sdk::PlotSink& sink)
      : plot_(std::move(plot)), y_label_(std::move(y_label)), times_ms_(batch.times_ms()), sink_(sink) {}

  void add(const std::string& name, const Curve& curve) { add(name, times_ms_, curve); }

  /// A frame from `low` to `high` around each cue.
  void mark_cues(std::span<const Interval, 2> cues, double step_ms, double low, double high) const {
    for (std::size_t i = 0; i < cues.size(); ++i) {
      const double begin = cues[i].first * step_ms, end = cues[i].last * step_ms;
      add(kCues[i], {begin, begin, end, end, begin}, {low, high, high, low, low});
    }
  }

 private:
  void add(const std::string& name, const Curve& x, const Curve& y) const {
    sink_.series(plot_, name, "time (ms)", y_label_, x, y);
  }

  std::string plot_, y_label_;
  Curve times_ms_;
  const sdk::PlotSink& sink_;
};

class Trials {
 public:
  Trials(const sdk::Batch& batch, std::span<const Interval, 2> cues, std::uint32_t steps, const sdk::PlotSink& sink)
      : batch_(batch), cues_(cues), step_ms_(batch.dt_ms() * static_cast<double>(batch.steps()) / steps), sink_(sink) {}

  void plot_first_of(std::int32_t label) const {
    std::size_t b = 0;
    while (b < batch_.samples() && batch_.label(b) != label) ++b;
    if (b == batch_.samples()) return;
    const View<const float, 2> readout = batch_.readout(b);
    Figure figure(std::string("a trial of the class ") + kClasses[static_cast<std::size_t>(label)],
                  "potential of the readout", batch_, sink_);
    double low = 0.0, high = 0.0;
    for (std::size_t k = 0; k < kClasses.size(); ++k) {
      Curve potential(batch_.steps());
      for (std::size_t t = 0; t < potential.size(); ++t) {
        potential[t] = static_cast<double>(readout(t, k));
        low = std::min(low, potential[t]);
        high = std::max(high, potential[t]);
      }
      figure.add(kClasses[k], potential);
    }
    figure.mark_cues(cues_, step_ms_, low, high);
  }

  void plot_decision() const {
    Figure figure("decision over time", "probability of a mismatch (softmax)", batch_, sink_);
    for (std::int32_t label = 0; label < 2; ++label) {
      const auto [trials, mean] = mean_probability(label);
      if (trials == 0) continue;
      const char* const name = kClasses[static_cast<std::size_t>(label)];
      figure.add(std::string(name) + " trials, mean of " + std::to_string(trials), mean);
    }
    figure.mark_cues(cues_, step_ms_, 0.0, 1.0);
  }

 private:
  /// The number of trials of the class, and the mean over them of softmax(y[t])_mismatch.
  [[nodiscard]] std::pair<std::size_t, Curve> mean_probability(std::int32_t label) const {
    std::size_t trials = 0;
    Curve mean(batch_.steps(), 0.0);
    for (std::size_t b = 0; b < batch_.samples(); ++b) {
      if (batch_.label(b) != label) continue;
      ++trials;
      const View<const float, 2> y = batch_.readout(b);
      for (std::size_t t = 0; t < mean.size(); ++t) {
        const double p = 1.0 / (1.0 + std::exp(static_cast<double>(y(t, 0)) - static_cast<double>(y(t, 1))));
        mean[t] += (p - mean[t]) / static_cast<double>(trials);
      }
    }
    return {trials, mean};
  }

  const sdk::Batch& batch_;
  std::span<const Interval, 2> cues_;
  double step_ms_;  ///< of the network, for a step of an unwarped trial
  const sdk::PlotSink& sink_;
};

}  // namespace

void plot_trials(const sdk::Batch& batch, std::span<const Interval, 2> cues, std::uint32_t steps,
                 const sdk::PlotSink& sink) {
  const Trials trials(batch, cues, steps, sink);
  for (std::int32_t label = 0; label < 2; ++label) trials.plot_first_of(label);
  trials.plot_decision();
}

}  // namespace hetsyn::tasks
