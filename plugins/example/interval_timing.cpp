#include <hetsyn/task.hpp>

#include <cmath>
#include <cstdint>
#include <memory>

/// Interval timing: all channels fire two short bursts; was the interval between them short or long? The bursts are
/// alike and the first comes at a random time, so the network must measure the interval itself. The class is decided at
/// the last step.
namespace {

namespace sdk = hetsyn::sdk;

class IntervalTiming : public sdk::Task {
 public:
  // Known before the task is opened: `engine tasks` and `engine describe` show it, and the engine checks the [task]
  // table of a configuration against these keys before it calls the constructor.
  static sdk::Description description() {
    using sdk::Key;
    return {.name = "interval_timing",
            .summary = "Was the interval between two bursts short or long?",
            .version = "1.0.0",
            .keys = {
                Key::integer("channels", 20, "Input channels").between(1, 1000),
                Key::real("short_ms", 40.0, "Short interval, from burst to burst").unit("ms").between(0, 2000),
                Key::real("long_ms", 80.0, "Long interval").unit("ms").between(0, 2000),
                Key::real("burst_ms", 10.0, "Duration of a burst").unit("ms").between(1, 500),
                Key::real("burst_hz", 200.0, "Rate of a channel during a burst").unit("Hz").between(1, 1000),
                Key::real("noise_hz", 2.0, "Rate of all channels, throughout").unit("Hz").between(0, 1000),
            }};
  }

  explicit IntervalTiming(const sdk::OpenArgs& args)
      : channels_(args.count("channels")),
        intervals_{steps(args.real("short_ms")), steps(args.real("long_ms"))},
        burst_(steps(args.real("burst_ms"))),
        // Throws ConfigError, which names the key, for a rate of more than one spike per step.
        burst_rate_(args, "burst_hz", kStepMs),
        noise_rate_(args, "noise_hz", kStepMs) {
    // A check that the schema cannot make, because it involves two keys.
    if (intervals_[0] >= intervals_[1]) throw sdk::ConfigError("long_ms", "must be longer than short_ms");
  }

  [[nodiscard]] sdk::Info info() const override {
    sdk::Info info;
    info.inputs = channels_;
    info.outputs = 2;
    info.steps = kLatestOnset + 2 * burst_ + intervals_[1] + kTail;
    info.dt_ms = kStepMs;
    info.step_ms = kStepMs;
    // Samples are drawn from the seed of the request, so that no training sample is used twice.
    info.splits = {{"train", sdk::Split::Role::train, 1600, true},
                   {"validation", sdk::Split::Role::validation, 256, true},
                   {"test", sdk::Split::Role::test, 256, true}};
    info.losses = {sdk::Loss::last_step()};
    info.metrics = {sdk::MetricInfo::accuracy(sdk::Decision::last_step())};
    return info;
  }

  // Called from several threads at once: it only reads the object, and draws from the random numbers of the request.
  void fill(const sdk::Request& request, sdk::SampleWriter& out) const override {
    sdk::Random random = request.random();
    const std::uint64_t label = random.below(2);
    const auto first = static_cast<std::uint32_t>(random.below(kLatestOnset + 1));
    const std::uint32_t second = first + burst_ + intervals_[label];
    fire(random, out, burst_rate_, first, first + burst_);
    fire(random, out, burst_rate_, second, second + burst_);
    fire(random, out, noise_rate_, 0, request.steps);
    out.label(static_cast<std::int32_t>(label));
  }

 private:
  static constexpr double kStepMs = 1.0;
  static constexpr std::uint32_t kLatestOnset = 100;  // steps; the first burst starts at a random step up to this one
  static constexpr std::uint32_t kTail = 20;          // steps after the latest second burst

  static std::uint32_t steps(double ms) { return static_cast<std::uint32_t>(std::lround(ms / kStepMs)); }

  /// Poisson spikes on all channels at steps [begin, end).
  void fire(sdk::Random& random, sdk::SampleWriter& out, sdk::PoissonRate rate, std::uint32_t begin,
            std::uint32_t end) const {
    for (std::uint32_t channel = 0; channel < channels_; ++channel) {
      sdk::poisson_train(random, rate, begin, end, [&](std::uint32_t step) { out.spike(channel, step); });
    }
  }

  std::uint32_t channels_;
  std::uint32_t intervals_[2];  // steps, short and long
  std::uint32_t burst_;         // steps
  sdk::PoissonRate burst_rate_, noise_rate_;
};

}  // namespace

HETSYN_EXPORT_TASK(IntervalTiming)
