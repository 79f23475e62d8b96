#include <hetsyn/task.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pattern_generation/metrics.hpp"

/// Pattern generation: a frozen spike template appears several times on top of noise; the readout follows a slow curve
/// that continues through repeats and gaps. HetSyn (Deng et al., NeurIPS 2025), Fig. 2 and A2.
namespace {

namespace sdk = hetsyn::sdk;
using hetsyn::tasks::RepeatPair;
using hetsyn::tasks::Repeats;

constexpr int kComponents = 5;          // cosines per target
constexpr double kFundamentalHz = 0.5;  // of the first one
constexpr std::size_t kPlotted = 4;     // samples
constexpr double kTwoPi = 6.283185307179586;

/// A target curve without a period: Σ_k A_k cos(2π·0.5k·t + φ_k), A ~ U(0, 1), φ ~ U(0, 2π), divided by its largest
/// absolute value, so that it stays within [−1, 1] and its zero does not move.
std::vector<double> draw_target(sdk::Random& random, std::uint32_t steps, double step_ms) {
  std::vector<double> curve(steps, 0.0);
  for (int k = 1; k <= kComponents; ++k) {
    const double amplitude = random.uniform01();
    const double phase = random.uniform(0.0, kTwoPi);
    for (std::uint32_t t = 0; t < steps; ++t) {
      curve[t] += amplitude * std::cos(kTwoPi * kFundamentalHz * k * t * step_ms / 1000.0 + phase);
    }
  }
  double peak = 0.0;
  for (const double value : curve) peak = std::max(peak, std::abs(value));
  for (double& value : curve) value /= peak;
  return curve;
}

/// The pairs of repeats whose targets differ; those that are whole periods of the target apart have equal targets.
std::vector<RepeatPair> distinct_pairs(const Repeats& repeats, double step_ms) {
  constexpr double kPeriodMs = 1000.0 / kFundamentalHz;
  std::vector<RepeatPair> pairs;
  for (std::uint32_t later = 1; later < repeats.count; ++later) {
    for (std::uint32_t earlier = 0; earlier < later; ++earlier) {
      const double apart_ms = static_cast<double>(later - earlier) * repeats.period * step_ms;
      const bool same = std::abs(std::remainder(apart_ms, kPeriodMs)) < 1e-6;  // rounding of the product
      if (!same) pairs.push_back({earlier, later});
    }
  }
  return pairs;
}

class PatternGeneration : public sdk::Task {
 public:
  static sdk::Description description() {
    using sdk::Key;
    return {.name = "pattern_generation",
            .summary = "Follow a slow curve while a frozen spike pattern repeats over background noise",
            .version = "1.0.0",
            .keys = {
                Key::integer("channels", 100, "Input channels").between(1, 100000),
                Key::integer("targets", 1, "Curves, one readout each").between(1, 100),
                Key::real("template_hz", 10.0, "Rate of the frozen template").unit("Hz").between(0.0, 1000.0),
                Key::real("background_hz", 2.0, "Rate of the noise, redrawn each time").unit("Hz").between(0.0, 1000.0),
                Key::integer("repeats", 3, "How often the template comes").between(2, 100),
                Key::real("template_ms", 500.0, "Duration of the template").unit("ms").between(1.0, 60000.0),
                Key::real("gap_ms", 250.0, "Noise alone between two repeats").unit("ms").between(0.0, 60000.0),
                Key::real("step_ms", 1.0, "Duration of a step").unit("ms").between(0.1, 100.0),
                Key::real("rate_hz", 10.0, "Rate that hidden neurons are drawn to").unit("Hz").between(0.1, 1000.0),
                Key::real("rate_weight", 0.01, "Weight of that regulariser in the loss").between(0.0, 1000.0),
            }};
  }

  explicit PatternGeneration(const sdk::OpenArgs& args)
      : channels_(args.count("channels")),
        background_(args, "background_hz", "step_ms"),
        step_ms_(args.real("step_ms")),
        rate_hz_(args.real("rate_hz")),
        rate_weight_(args.real("rate_weight")) {
    repeats_.count = args.count("repeats");
    repeats_.length = steps_of(args.real("template_ms"));
    repeats_.period = repeats_.length + steps_of(args.real("gap_ms"));
    if (repeats_.length == 0) throw sdk::ConfigError("template_ms", "the template is shorter than one step of step_ms");
    if (repeats_.steps() > sdk::kMostSteps) {
      throw sdk::ConfigError("repeats",
                             "the trial has more than " + std::to_string(sdk::kMostSteps) + " steps of step_ms");
    }
    pairs_ = distinct_pairs(repeats_, step_ms_);
    if (pairs_.empty()) {
      throw sdk::ConfigError("gap_ms",
                             "the template comes at whole periods of the target, 2000 ms, so that the target is "
                             "the same each time: expected another gap or template_ms");
    }
    draw_template(args.seed(), {args, "template_hz", "step_ms"});
    for (std::uint32_t k = 0; k < args.count("targets"); ++k) {
      sdk::Random random({args.seed(), kTargetStream, k});
      targets_.push_back(draw_target(random, steps(), step_ms_));
    }
  }

  [[nodiscard]] sdk::Info info() const override {
    sdk::Info info;
    info.inputs = channels_;
    info.outputs = static_cast<std::uint32_t>(targets_.size());
    info.targets = info.outputs;
    info.steps = steps();
    info.dt_ms = step_ms_;
    info.step_ms = step_ms_;
    info.splits = {{"train", sdk::Split::Role::train, 100, true},
                   {"validation", sdk::Split::Role::validation, 32, true},
                   {"test", sdk::Split::Role::test, 32, true}};
    info.losses = {sdk::Loss::trace_mse(), sdk::Loss::rate(rate_hz_, rate_weight_)};
    info.metrics = {sdk::MetricInfo::mean_squared_error(), {"distance", "", true}};
    return info;
  }

  void fill(const sdk::Request& request, sdk::SampleWriter& out) const override {
    for (std::uint32_t repeat = 0; repeat < repeats_.count; ++repeat) {
      for (const auto& [channel, step] : template_) {
        sdk::warped_spike(request, out, channel, repeat * repeats_.period + step);
      }
    }
    sdk::Random random = request.random();
    for (std::uint32_t channel = 0; channel < channels_; ++channel) {
      sdk::poisson_train(random, background_, 0, steps(),
                         [&](std::uint32_t step) { sdk::warped_spike(request, out, channel, step); });
    }
    const hetsyn::View<float, 2> target = out.target();
    for (std::uint32_t t = 0; t < request.steps; ++t) {
      const auto unwarped = static_cast<std::uint32_t>(t / request.time_scale);
      for (std::size_t k = 0; k < targets_.size(); ++k) {
        target(t, k) = static_cast<float>(targets_[k][std::min(unwarped, steps() - 1)]);
      }
    }
  }

  [[nodiscard]] std::unique_ptr<sdk::Metrics> metrics() const override {
    return std::make_unique<hetsyn::tasks::RepeatDistance>(repeats_, pairs_);
  }

  /// A figure for each curve: the target, and the output in some samples.
  void plots(const sdk::Batch& batch, const sdk::PlotSink& sink) const override {
    const std::vector<double> times_ms = batch.times_ms();
    for (std::size_t k = 0; k < batch.outputs(); ++k) {
      const std::string plot = batch.outputs() == 1 ? "target and output" : "target and output " + std::to_string(k);
      const auto add = [&](const std::string& name, const hetsyn::View<const float, 2>& values) {
        std::vector<double> curve(batch.steps());
        for (std::size_t t = 0; t < curve.size(); ++t) curve[t] = static_cast<double>(values(t, k));
        sink.series(plot, name, "time (ms)", "value", times_ms, curve);
      };
      add("target", batch.target(0));  // the same in all samples
      for (std::size_t b = 0; b < std::min(batch.samples(), kPlotted); ++b) {
        add("output, sample " + std::to_string(b + 1), batch.readout(b));
      }
    }
  }

 private:
  static constexpr std::uint64_t kTemplateStream = 1, kTargetStream = 2;  // of the run's seed

  [[nodiscard]] std::uint32_t steps_of(double ms) const {
    return static_cast<std::uint32_t>(std::lround(ms / step_ms_));
  }
  [[nodiscard]] std::uint32_t steps() const { return static_cast<std::uint32_t>(repeats_.steps()); }

  void draw_template(std::uint64_t seed, sdk::PoissonRate rate) {
    sdk::Random random({seed, kTemplateStream});
    for (std::uint32_t channel = 0; channel < channels_; ++channel) {
      sdk::poisson_train(random, rate, 0, static_cast<std::uint32_t>(repeats_.length),
                         [&](std::uint32_t step) { template_.emplace_back(channel, step); });
    }
  }

  std::uint32_t channels_;
  sdk::PoissonRate background_;
  double step_ms_, rate_hz_, rate_weight_;
  Repeats repeats_;
  std::vector<RepeatPair> pairs_;                                  ///< pairs for the metric `distance`
  std::vector<std::pair<std::uint32_t, std::uint32_t>> template_;  ///< (channel, step)
  std::vector<std::vector<double>> targets_;                       ///< [K][T]
};

}  // namespace

HETSYN_EXPORT_TASK(PatternGeneration)
