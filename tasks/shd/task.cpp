#include <hetsyn/task.hpp>

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "shd/binning.hpp"
#include "shd/corpus.hpp"
#include "shd/spike_count.hpp"

/// Spoken digits as spikes of an artificial cochlea: the Spiking Heidelberg Digits, and all files in their format
/// (Cramer, Stradmann, Schemmel & Zenke, IEEE TNNLS 2022).
namespace {

namespace sdk = hetsyn::sdk;
using hetsyn::tasks::Binning;
using hetsyn::tasks::Recordings;

class Shd : public sdk::Task {
 public:
  static sdk::Description description() {
    using sdk::Key;
    std::vector<Key> keys = hetsyn::tasks::corpus_keys();
    keys.push_back(
        Key::real("bin_ms", 4.0, "Width of a bin, one step of the network").unit("ms").between(0.01, 1000.0));
    keys.push_back(
        Key::real("duration_ms", 1000.0, "Recordings are cut or padded to this").unit("ms").between(1.0, 60000.0));
    keys.push_back(Key::text("binning", "floor", "Bin = ⌊t/bin⌋ and all units, or the published preprocessing")
                       .choices("floor|paper"));
    keys.push_back(Key::integer("pool_channels", 1,
                                "Neighbouring units that share an input channel, which spikes if any of them does: 5 "
                                "makes 140 channels of 700 units")
                       .between(1.0, hetsyn::tasks::kShdUnits));
    keys.push_back(Key::integer("skip_steps", 11, "First steps that the readout's sum leaves out")
                       .between(0.0, sdk::kMostSteps - 1.0));
    return {.name = "shd",
            .summary = "Spiking Heidelberg Digits, SSC and other recordings in their HDF5 format",
            .version = "1.0.0",
            .keys = std::move(keys)};
  }

  explicit Shd(const sdk::OpenArgs& args)
      : bin_ms_(args.real("bin_ms")),
        skip_steps_(args.count("skip_steps")),
        pool_channels_(args.count("pool_channels")),
        binning_(args.text("binning") == "paper" ? Binning::Kind::paper : Binning::Kind::floor) {
    const double steps = std::floor(args.real("duration_ms") / bin_ms_ + 1e-9);  // 1e-9: 1000 / 0.1 is 10000 bins
    if (steps < 1.0) throw sdk::ConfigError("bin_ms", "must not be longer than duration_ms");
    steps_ = static_cast<std::uint32_t>(steps);
    if (skip_steps_ >= steps_) {
      throw sdk::ConfigError("skip_steps", "must be less than the " + std::to_string(steps_) + " steps of a recording");
    }
    corpus_ = hetsyn::tasks::read_corpus(args);
    spikes_ = hetsyn::tasks::count_spikes(args, corpus_, binning_, bin_ms_, steps_);
  }

  [[nodiscard]] sdk::Info info() const override {
    using Role = sdk::Split::Role;
    sdk::Info info;
    info.inputs =
        (hetsyn::tasks::kShdUnits + pool_channels_ - 1) / pool_channels_;  // the last one may have fewer units
    info.outputs = corpus_.classes;
    info.steps = steps_;
    info.dt_ms = 1.0;  // as published: a bin is one step of Δt = 1 ms, so that τ is bin_ms times as long in data time
    info.step_ms = bin_ms_;
    info.splits = {{"train", Role::train, corpus_.train.samples()}, {"test", Role::test, corpus_.test.samples()}};
    for (const Recordings& recordings : corpus_.validation) {
      info.splits.push_back({"validation", Role::validation, recordings.samples()});
    }
    info.losses = {sdk::Loss::softmax_sum(skip_steps_)};
    info.metrics = {sdk::MetricInfo::accuracy(sdk::Decision::softmax_sum(skip_steps_))};
    info.data_name = corpus_.name;
    info.standin = corpus_.standin;
    info.static_samples = true;
    info.data_digest = hetsyn::data_digest_text(corpus_.digest());
    info.class_names = corpus_.class_names;
    info.group_names = corpus_.speaker_names;
    info.events = spikes_.all;
    info.events_lost = spikes_.lost;
    return info;
  }

  void fill(const sdk::Request& request, sdk::SampleWriter& out) const override {
    const Recordings& recordings = split(request.split);
    const Binning binning(binning_, recordings.time_type, bin_ms_, request.time_scale, request.steps);
    recordings.each_spike(request.index, [&](double time_s, std::uint16_t unit) {
      if (const auto place = binning(time_s, unit)) out.spike(place->channel / pool_channels_, place->step);
    });
    out.label(recordings.label[request.index]);
  }

  [[nodiscard]] sdk::SampleInfo sample_info(std::uint32_t split_index, std::uint64_t index) const override {
    const Recordings& recordings = split(split_index);
    return {recordings.label[index], recordings.speaker.empty() ? -1 : recordings.speaker[index]};
  }

 private:
  [[nodiscard]] const Recordings& split(std::uint32_t index) const {
    return index == 0 ? corpus_.train : index == 1 ? corpus_.test : corpus_.validation.front();
  }

  double bin_ms_;
  std::uint32_t skip_steps_, pool_channels_;
  Binning::Kind binning_;
  std::uint32_t steps_ = 0;
  hetsyn::tasks::Corpus corpus_;
  hetsyn::tasks::SpikeCount spikes_;
};

}  // namespace

HETSYN_EXPORT_TASK(Shd)
