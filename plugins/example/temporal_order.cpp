#include <hetsyn/task.hpp>

#include <cmath>
#include <cstdint>
#include <memory>

/// Temporal order: two groups of channels, A and B, each fire one short burst. Which group was first? The network must
/// remember the first burst until the second has come. The class is read off the last step.
namespace {

namespace sdk = hetsyn::sdk;

class TemporalOrder : public sdk::Task {
 public:
  // Known without opening the task: `engine tasks` and `engine describe` show it, and the engine checks the [task]
  // table of a configuration against these keys before the constructor runs.
  static sdk::Description description() {
    using sdk::Key;
    return {.name = "temporal_order",
            .summary = "Which of two groups of channels fired its burst first?",
            .version = "1.0.0",
            .keys = {
                Key::integer("group_channels", 10, "Channels in each of the two groups").between(1, 1000),
                Key::real("gap_ms", 60.0, "From the end of the first burst to the second").unit("ms").between(0, 2000),
                Key::real("burst_ms", 20.0, "Duration of a burst").unit("ms").between(1, 500),
                Key::real("burst_hz", 100.0, "Rate of a channel during its burst").unit("Hz").between(0, 1000),
                Key::real("noise_hz", 2.0, "Rate of all channels, throughout").unit("Hz").between(0, 1000),
            }};
  }

  explicit TemporalOrder(const sdk::OpenArgs& args)
      : channels_(args.count("group_channels")),
        gap_(steps(args.real("gap_ms"))),
        burst_(steps(args.real("burst_ms"))),
        burst_hz_(args.real("burst_hz")),
        noise_hz_(args.real("noise_hz")) {
    // A check that the schema cannot make: it needs two keys.
    if (burst_hz_ <= noise_hz_) throw sdk::ConfigError("burst_hz", "must be above noise_hz, or there is no burst");
  }

  [[nodiscard]] sdk::Info info() const override {
    sdk::Info info;
    info.inputs = 2 * channels_;
    info.outputs = 2;
    info.steps = kLatestOnset + 2 * burst_ + gap_ + kTail;
    info.dt_ms = kStepMs;
    info.step_ms = kStepMs;
    // Samples are drawn from the seed of the request, so that training never sees one twice.
    info.splits = {{"train", sdk::Split::Role::train, 1600, true},
                   {"validation", sdk::Split::Role::validation, 256, true},
                   {"test", sdk::Split::Role::test, 256, true}};
    info.losses = {sdk::Loss::last_step()};
    info.metrics = {{"accuracy", "", true}};
    return info;
  }

  // Called from several threads at once: it only reads the object, and draws from the request's own random numbers.
  void fill(const sdk::Request& request, sdk::SampleWriter& out) const override {
    sdk::Random random = request.random();
    const auto first_group = static_cast<std::uint32_t>(random.below(2));
    const auto onset = static_cast<std::uint32_t>(random.below(kLatestOnset + 1));
    burst(random, out, first_group, onset);
    burst(random, out, 1 - first_group, onset + burst_ + gap_);
    for (std::uint32_t channel = 0; channel < 2 * channels_; ++channel) {
      sdk::poisson_train(random, noise_hz_, kStepMs, 0, request.steps,
                         [&](std::uint32_t step) { out.spike(channel, step); });
    }
    out.label(static_cast<std::int32_t>(first_group));
  }

  [[nodiscard]] std::unique_ptr<sdk::Metrics> metrics() const override {
    return std::make_unique<sdk::Accuracy>(sdk::Decision::last_step());
  }

 private:
  static constexpr double kStepMs = 1.0;
  static constexpr std::uint32_t kLatestOnset = 40;  // steps; the first burst starts at a random one up to this
  static constexpr std::uint32_t kTail = 30;         // steps after the latest second burst

  static std::uint32_t steps(double ms) { return static_cast<std::uint32_t>(std::lround(ms / kStepMs)); }

  void burst(sdk::Random& random, sdk::SampleWriter& out, std::uint32_t group, std::uint32_t onset) const {
    for (std::uint32_t channel = group * channels_; channel < (group + 1) * channels_; ++channel) {
      sdk::poisson_train(random, burst_hz_, kStepMs, onset, onset + burst_,
                         [&](std::uint32_t step) { out.spike(channel, step); });
    }
  }

  std::uint32_t channels_;     // per group
  std::uint32_t gap_, burst_;  // steps
  double burst_hz_, noise_hz_;
};

}  // namespace

HETSYN_EXPORT_TASK(TemporalOrder)
