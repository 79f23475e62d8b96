#include <hetsyn/task.hpp>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

/// Exercises every part of the SDK: all kinds of keys, analog input, targets, its own loss, plots, and each way of
/// failing ("fail" names it).
namespace {

namespace sdk = hetsyn::sdk;

/// Mean over samples, steps and outputs of y².
class MeanSquare : public sdk::Metrics {
 public:
  void add(const sdk::Batch& batch) override {
    for (std::size_t b = 0; b < batch.samples(); ++b) {
      for (const float y : batch.readout(b)) sum_ += static_cast<double>(y) * static_cast<double>(y);
      count_ += batch.readout(b).size();
    }
  }
  [[nodiscard]] std::vector<double> values() const override { return {sdk::mean_of(sum_, count_)}; }

 private:
  double sum_ = 0.0;
  std::size_t count_ = 0;
};

class Everything : public sdk::Task {
 public:
  static sdk::Description description() {
    using sdk::Key;
    return {.name = "everything",
            .summary = "Exercises the SDK",
            .version = "2.1.0",
            .keys = {Key::boolean("analog", false, "Analog input"),
                     Key::integer("count", 3, "Spikes per channel").between(1, 1e6),
                     Key::real("scale", 0.1, "Of the target").unit("mV").at_least(0.0),
                     Key::text("fail", "", "Where to fail"),
                     Key::text("quote", "a \"b\" \\ c", "A text that needs escapes")}};
  }

  explicit Everything(const sdk::OpenArgs& args)
      : analog_(args.boolean("analog")),
        count_(args.count("count")),
        scale_(args.real("scale")),
        fail_(args.text("fail")),
        seed_(args.seed()) {
    if (fail_ == "config") throw sdk::ConfigError("scale", "must suit the weather");
    if (fail_ == "data") throw sdk::NoData("tried /x and /y; fetch it from z");
    if (fail_ == "memory") throw std::bad_alloc();
    if (fail_ == "odd") throw 42;  // NOLINT(hicpp-exception-baseclass)
    if (fail_ == "key") static_cast<void>(args.real("absent"));
    quote_ = args.text("quote");
    for (const auto& directory : args.data_path()) data_path_.append("<").append(directory.string()).append(">");
    cache_ = args.cache_path().string();
  }

  [[nodiscard]] sdk::Info info() const override {
    if (fail_ == "info") throw sdk::TaskError("cannot describe");
    sdk::Info info;
    info.analog = analog_;
    info.inputs = 4;
    info.outputs = 2;
    info.steps = 10;
    info.dt_ms = 0.5;
    info.step_ms = 2.0;
    info.targets = 2;
    info.splits = {{"train", sdk::Split::Role::train, 5},
                   {"held", sdk::Split::Role::validation, 6, true},
                   {"test", sdk::Split::Role::test, 7}};
    info.losses = {sdk::Loss::callback(0.5), sdk::Loss::trace_mse(), sdk::Loss::rate(12.0, 0.25),
                   sdk::Loss::softmax_sum(3, 2.0)};
    info.metrics = {sdk::MetricInfo::accuracy(sdk::Decision::softmax_sum(3)),
                    {"square", "mV", false},
                    sdk::MetricInfo::mean_squared_error("mse", "mV")};
    spoil(info);
    info.data_name = quote_ + data_path_ + cache_;
    info.standin = true;
    return info;
  }

  void fill(const sdk::Request& request, sdk::SampleWriter& out) const override {
    if (fail_ == "fill") throw sdk::TaskError("sample is torn");
    sdk::Random random = request.random();
    for (std::uint32_t input = 0; input < 4 && !analog_; ++input) {
      for (std::uint32_t i = 0; i < count_; ++i) {
        out.spike(input, static_cast<std::uint32_t>(random.below(request.steps)));
      }
    }
    if (fail_ == "spikes") out.spike(0, 0);
    if (fail_ == "channel") out.spike(4, 0);
    if (analog_ || fail_ == "analog") {
      for (float& value : out.analog()) value = static_cast<float>(random.uniform01());
    }
    for (float& value : out.target()) value = static_cast<float>(scale_ * static_cast<double>(seed_));
    if (fail_ != "no label") out.label(fail_ == "label" ? 4 : static_cast<std::int32_t>(random.below(2)));
  }

  [[nodiscard]] sdk::SampleInfo sample_info(std::uint32_t split, std::uint64_t index) const override {
    return {static_cast<std::int32_t>(index % 2), static_cast<std::int32_t>(split)};
  }

  double loss(const sdk::Batch& batch, std::span<float> d_readout) const override {
    if (fail_ == "crash") std::raise(SIGSEGV);
    if (fail_ == "loss") throw sdk::TaskError("no loss today");
    double sum = 0.0;
    for (std::size_t b = 0; b < batch.samples(); ++b) {
      for (const float y : batch.readout(b)) sum += static_cast<double>(y);
    }
    for (float& value : d_readout) value = 1.0F / static_cast<float>(batch.samples());
    if (fail_ == "gradient is half") std::ranges::for_each(d_readout, [](float& value) { value *= 0.5F; });
    if (fail_ == "loss is a sum") {
      std::ranges::fill(d_readout, 1.0F);
      return sum;
    }
    if (fail_ == "gradient is long") *(d_readout.data() + d_readout.size()) = 0.0F;
    if (fail_ == "gradient is nan") d_readout[3] = std::nanf("");
    return fail_ == "loss is nan" ? std::nan("") : sum / static_cast<double>(batch.samples());
  }

  [[nodiscard]] std::unique_ptr<sdk::Metrics> metrics() const override {
    if (fail_ == "null metrics") return nullptr;
    if (fail_ == "metrics") throw sdk::TaskError("no metrics today");
    return std::make_unique<MeanSquare>();
  }

  void plots(const sdk::Batch& batch, const sdk::PlotSink& sink) const override {
    if (fail_ == "plots") throw sdk::TaskError("no plots today");
    const std::vector<double> x{0.0, fail_ == "plots are nan" ? std::nan("") : 1.0, 2.0};
    const std::vector<double> y{static_cast<double>(batch.readout(0)[0]), 5.0, 6.0};
    sink.series("traces", "first", "time (ms)", "V (mV)", x, y);
  }

 private:
  void spoil(sdk::Info& info) const {
    if (fail_ == "no splits") info.splits.clear();
    if (fail_ == "no losses") info.losses.clear();
    if (fail_ == "no metrics") info.metrics.clear();
    if (fail_ == "many losses") info.losses.assign(65, sdk::Loss::last_step());
    if (fail_ == "class names") info.class_names = {"a", "b", "c"};
    if (fail_ == "spike count") info.losses = {sdk::Loss::spike_count()};
    if (fail_ == "no inputs") info.inputs = 0;
    if (fail_ == "spikes") info.analog = true;
    if (fail_ == "target") {
      info.targets = 0;
      info.losses = {sdk::Loss::last_step()};
      info.metrics.pop_back();
    }
    if (fail_ == "metric count") info.metrics.push_back({"another", "", true});
    if (fail_ == "decision") info.metrics[0] = sdk::MetricInfo::accuracy(sdk::Decision::spike_count());
    if (fail_ == "decision without a label") info.metrics[0].decision.loss = HETSYN_LOSS_TRACE_MSE;
    if (fail_ == "unknown metric") info.metrics[0].id = 7;
    if (fail_ == "late decision") info.metrics[0] = sdk::MetricInfo::accuracy(sdk::Decision::softmax_sum(10));
    if (fail_ == "metric without targets") {
      info.targets = 0;
      info.losses = {sdk::Loss::last_step()};
    }
  }

  bool analog_;
  std::uint32_t count_;
  double scale_;
  std::string fail_, quote_, data_path_, cache_;
  std::uint64_t seed_;
};

}  // namespace

HETSYN_EXPORT_TASK(Everything)
