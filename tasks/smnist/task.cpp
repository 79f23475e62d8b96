#include <hetsyn/task.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "smnist/corpus.hpp"
#include "smnist/encoding.hpp"

/// Sequential MNIST: an image is read pixel by pixel, and the decision is the readout neuron with the most spikes or,
/// if they do not spike, the highest potentials (Le, Jaitly & Hinton 2015; Bellec et al. 2018; settings of the HetSyn
/// experiments).
namespace {

namespace sdk = hetsyn::sdk;
using hetsyn::tasks::LabelledImages;

/// The pixel that is shown in each step: row by row, or a fixed permutation.
std::vector<std::uint32_t> pixel_order(std::size_t pixels, bool permuted, std::uint64_t seed) {
  std::vector<std::uint32_t> order(pixels);
  std::iota(order.begin(), order.end(), 0U);
  if (!permuted) return order;
  sdk::Random random({seed});
  for (std::size_t i = pixels - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);  // Fisher & Yates
  return order;
}

class Smnist : public sdk::Task {
 public:
  static sdk::Description description() {
    using sdk::Key;
    std::vector<Key> keys = hetsyn::tasks::corpus_keys();
    keys.push_back(Key::text("encoding", "intensity",
                             "One input with the grey value of a pixel, 0 to 1, or 80 inputs that spike where it "
                             "crosses thresholds")
                       .choices("intensity|threshold_crossing"));
    keys.push_back(Key::boolean("permuted", false, "Show the pixels in an order that is random and always the same"));
    keys.push_back(Key::integer("permutation_seed", 0, "Which random order; not the seed of the run").at_least(0.0));
    keys.push_back(
        Key::text("readout", "spike_count",
                  "The decision: the output neuron with the most spikes, or the largest sum over time of the "
                  "softmax of the output potentials, which then do not spike")
            .choices("spike_count|softmax_sum"));
    keys.push_back(Key::real("spikes_per_logit", 20.0,
                             "With spike_count, the loss is the cross-entropy of softmax(spike counts / this)")
                       .between(0.01, 10000.0));
    keys.push_back(Key::integer("skip_steps", 0, "With softmax_sum, the first steps that the sum leaves out")
                       .between(0.0, sdk::kMostSteps - 1.0));
    return {.name = "smnist",
            .summary = "Sequential MNIST: handwritten digits read pixel by pixel",
            .version = "1.0.0",
            .keys = std::move(keys)};
  }

  explicit Smnist(const sdk::OpenArgs& args)
      : crossings_(args.text("encoding") == "threshold_crossing"),
        counts_spikes_(args.text("readout") == "spike_count"),
        spikes_per_logit_(args.real("spikes_per_logit")),
        skip_steps_(args.count("skip_steps")),
        corpus_(hetsyn::tasks::read_image_corpus(args)) {
    const std::size_t pixels = corpus_.train.images.pixels_per_image();
    if (pixels > sdk::kMostSteps) {
      throw sdk::TaskError("the images have " + std::to_string(pixels) + " pixels each; expected at most " +
                           std::to_string(sdk::kMostSteps) + ", one per step");
    }
    if (!counts_spikes_ && skip_steps_ >= pixels) {
      throw sdk::ConfigError("skip_steps", "must be less than the " + std::to_string(pixels) + " steps of an image");
    }
    order_ =
        pixel_order(pixels, args.boolean("permuted"), static_cast<std::uint64_t>(args.integer("permutation_seed")));
  }

  [[nodiscard]] sdk::Info info() const override {
    using Role = sdk::Split::Role;
    sdk::Info info;
    info.analog = !crossings_;
    info.inputs = crossings_ ? hetsyn::tasks::kCrossingChannels : 1;
    info.outputs = hetsyn::tasks::kDigits;
    info.steps = static_cast<std::uint32_t>(order_.size());
    info.spiking_readout = counts_spikes_;
    info.splits = {{"train", Role::train, corpus_.train.labels.size()},
                   {"test", Role::test, corpus_.test.labels.size()}};
    if (counts_spikes_) {
      info.losses = {sdk::Loss::spike_count(spikes_per_logit_)};
      info.metrics = {sdk::MetricInfo::accuracy(sdk::Decision::spike_count())};
    } else {
      info.losses = {sdk::Loss::softmax_sum(skip_steps_)};
      info.metrics = {sdk::MetricInfo::accuracy(sdk::Decision::softmax_sum(skip_steps_))};
    }
    info.data_name = corpus_.name;
    info.standin = corpus_.standin;
    info.data_digest = corpus_.digest;
    for (std::uint32_t digit = 0; digit < info.outputs; ++digit) info.class_names.push_back(std::to_string(digit));
    info.static_samples = crossings_;  // grey values take a quarter of the memory of cached samples
    return info;
  }

  void fill(const sdk::Request& request, sdk::SampleWriter& out) const override {
    const LabelledImages& part = split(request.split);
    const std::vector<std::uint8_t> shown = sequence(part, request.index);
    out.label(part.labels[request.index]);
    if (crossings_) {
      hetsyn::tasks::threshold_crossings(
          shown, [&](std::uint32_t channel, std::uint32_t step) { sdk::warped_spike(request, out, channel, step); });
      return;
    }
    const std::span<float> grey = out.analog();
    for (std::size_t t = 0; t < grey.size(); ++t) {
      const double pixel = static_cast<double>(t) / request.time_scale;  // black after the end of the image
      if (pixel < static_cast<double>(shown.size())) {
        grey[t] = static_cast<float>(shown[static_cast<std::size_t>(pixel)]) / 255.0F;
      }
    }
  }

  [[nodiscard]] sdk::SampleInfo sample_info(std::uint32_t split_index, std::uint64_t index) const override {
    return {split(split_index).labels[index], -1};
  }

 private:
  [[nodiscard]] const LabelledImages& split(std::uint32_t index) const {
    return index == 0 ? corpus_.train : corpus_.test;
  }
  /// The pixels of one image in the order in which they are shown.
  [[nodiscard]] std::vector<std::uint8_t> sequence(const LabelledImages& part, std::uint64_t index) const {
    const std::uint8_t* const image = part.images.pixels.data() + index * order_.size();
    std::vector<std::uint8_t> shown(order_.size());
    std::ranges::transform(order_, shown.begin(), [image](std::uint32_t pixel) { return image[pixel]; });
    return shown;
  }

  bool crossings_;
  bool counts_spikes_;
  double spikes_per_logit_;
  std::uint32_t skip_steps_;
  hetsyn::tasks::ImageCorpus corpus_;
  std::vector<std::uint32_t> order_;  ///< [steps]
};

}  // namespace

HETSYN_EXPORT_TASK(Smnist)
