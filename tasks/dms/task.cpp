#include <hetsyn/task.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>

#include "dms/plots.hpp"

/// Delayed match-to-sample: two cues, each on the left or the right group of channels, are separated by a delay; were
/// they on the same side? HetSyn (Deng et al., NeurIPS 2025), Fig. 3 and A3.
namespace {

namespace sdk = hetsyn::sdk;
using hetsyn::tasks::Interval;

enum Label : std::int32_t { kMatch = 0, kMismatch = 1 };

constexpr std::uint32_t kGroups = 3;  // left, right, noise
constexpr double kLeadMs = 50.0;      // before the first cue

class Dms : public sdk::Task {
 public:
  static sdk::Description description() {
    using sdk::Key;
    return {
        .name = "dms",
        .summary = "Delayed match-to-sample: were two cues, separated by a delay, on the same side?",
        .version = "1.0.0",
        .keys = {
            Key::real("delay_ms", 800.0, "Silence between the two cues").unit("ms").between(0.0, 60000.0),
            Key::real("cue_ms", 100.0, "Duration of each cue").unit("ms").between(1.0, 10000.0),
            Key::real("cue_hz", 40.0, "Rate of the cued group during a cue").unit("Hz").between(0.0, 1000.0),
            Key::real("noise_hz", 10.0, "Rate of the noise channels, throughout").unit("Hz").between(0.0, 1000.0),
            Key::real("addition_hz", 0.0, "Noise added to all channels, throughout").unit("Hz").between(0.0, 1000.0),
            Key::integer("group_channels", 10, "Channels in each of the groups left, right and noise")
                .between(1, 10000),
            Key::real("step_ms", 5.0, "Duration of a step").unit("ms").between(0.1, 100.0),
            Key::real("rate_hz", 10.0, "Rate that hidden neurons are drawn to").unit("Hz").between(0.1, 1000.0),
            Key::real("rate_weight", 0.01, "Weight of that regulariser in the loss").between(0.0, 1000.0),
        }};
  }

  explicit Dms(const sdk::OpenArgs& args)
      : step_ms_(args.real("step_ms")),
        channels_(args.count("group_channels")),
        cue_(args, "cue_hz", "step_ms"),
        noise_(args, "noise_hz", "step_ms"),
        addition_(args, "addition_hz", "step_ms"),
        rate_hz_(args.real("rate_hz")),
        rate_weight_(args.real("rate_weight")) {
    const double cue_ms = args.real("cue_ms");
    const double second_ms = kLeadMs + cue_ms + args.real("delay_ms");
    cues_ = {{{steps_until(kLeadMs), steps_until(kLeadMs + cue_ms)},
              {steps_until(second_ms), steps_until(second_ms + cue_ms)}}};
    if (cues_[0].first == cues_[0].last || cues_[1].first == cues_[1].last) {
      throw sdk::ConfigError("cue_ms", "a cue is shorter than one step of step_ms");
    }
  }

  [[nodiscard]] sdk::Info info() const override {
    sdk::Info info;
    info.inputs = kGroups * channels_;
    info.outputs = 2;
    info.steps = cues_[1].last;
    info.dt_ms = step_ms_;
    info.step_ms = step_ms_;
    info.splits = {{"train", sdk::Split::Role::train, 3200, true},
                   {"validation", sdk::Split::Role::validation, 512, true},
                   {"test", sdk::Split::Role::test, 512, true}};
    info.losses = {sdk::Loss::last_step(), sdk::Loss::rate(rate_hz_, rate_weight_)};
    info.metrics = {sdk::MetricInfo::accuracy(sdk::Decision::last_step())};
    info.class_names = {"match", "mismatch"};
    return info;
  }

  void fill(const sdk::Request& request, sdk::SampleWriter& out) const override {
    sdk::Random random = request.random();
    const auto train = [&](std::uint32_t channel, sdk::PoissonRate rate, Interval when) {
      sdk::poisson_train(random, rate, when.first, when.last,
                         [&](std::uint32_t step) { sdk::warped_spike(request, out, channel, step); });
    };
    const auto group = [&](std::uint64_t index, sdk::PoissonRate rate, Interval when) {
      const auto first = static_cast<std::uint32_t>(index) * channels_;
      for (std::uint32_t c = first; c < first + channels_; ++c) train(c, rate, when);
    };
    const Interval trial{0, cues_[1].last};
    const std::uint64_t side1 = random.below(2);
    const std::uint64_t side2 = random.below(2);
    group(side1, cue_, cues_[0]);
    group(side2, cue_, cues_[1]);
    group(2, noise_, trial);
    for (std::uint64_t g = 0; g < kGroups; ++g) group(g, addition_, trial);
    out.label(side1 == side2 ? kMatch : kMismatch);
  }

  void plots(const sdk::Batch& batch, const sdk::PlotSink& sink) const override {
    hetsyn::tasks::plot_trials(batch, cues_, cues_[1].last, sink);
  }

 private:
  [[nodiscard]] std::uint32_t steps_until(double ms) const {
    return static_cast<std::uint32_t>(std::lround(ms / step_ms_));
  }

  double step_ms_;
  std::uint32_t channels_;  ///< per group
  sdk::PoissonRate cue_, noise_, addition_;
  double rate_hz_, rate_weight_;
  std::array<Interval, 2> cues_{};
};

}  // namespace

HETSYN_EXPORT_TASK(Dms)
