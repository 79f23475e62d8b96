#include "library/array_task.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <utility>

#include "base/digest.hpp"
#include "data/data_identity.hpp"
#include "training/decision.hpp"

namespace hetsyn {
namespace {

/// A loss of one's own is DataSetOptions::own_loss and has no name.
LossTerm loss_term(const Loss& loss) {
  std::vector<std::string_view> known;
  for (const LossInfo& info : kLosses) {
    if (info.compared_with != ComparedWith::own) known.push_back(info.name);
  }
  if (std::ranges::find(known, loss.kind) == known.end()) {
    throw UsageError(fmt::format("unknown loss \"{}\"; expected one of {}", loss.kind, fmt::join(known, ", ")));
  }
  const auto* const at = std::ranges::find(kLosses, loss.kind, &LossInfo::name);
  return {static_cast<LossKind>(at - kLosses.begin()), loss.weight, loss.parameter};
}

std::vector<LossTerm> loss_terms(const DataSet::Content& content) {
  std::vector<LossTerm> terms;
  for (const Loss& loss : content.options.losses) terms.push_back(loss_term(loss));
  const bool has_own = static_cast<bool>(content.options.own_loss);
  if (has_own) terms.push_back({LossKind::callback, 1.0, 0.0});
  if (terms.empty()) terms.push_back({content.targets > 0 ? LossKind::trace_mse : LossKind::softmax_sum, 1.0, 0.0});
  for (const LossTerm& term : terms) {
    if (has_labels(term.kind) && content.largest_label < 0) throw UsageError("a loss with labels, but no labels");
    if (has_target(term.kind) && content.targets == 0) {
      throw UsageError(fmt::format("{}, but no target", loss_info(term.kind).name));
    }
  }
  return terms;
}

SplitRole role_of(const std::string& split) {
  if (split == "train") return SplitRole::train;
  return split == "test" ? SplitRole::test : SplitRole::validation;
}

std::size_t outputs_of(const DataSet::Content& content) {
  const std::size_t outputs = content.options.outputs;
  const auto classes = static_cast<std::size_t>(content.largest_label + 1);
  if (outputs == 0) return std::max(content.targets, classes);
  if (content.targets != 0 && content.targets != outputs) {
    throw DataError(fmt::format("{}: a target of {} columns; expected {}, the number of outputs", content.options.name,
                                content.targets, outputs));
  }
  return outputs;
}

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

/// A digest of the whole content of the data set.
std::string content_digest(const DataSet::Content& content) {
  std::string parts = fmt::format("{} {}", content.steps, content.inputs);
  const auto add = [&]<class T>(std::span<const T> values) { parts += hash_name(bytes_of(values)); };
  for (const ArraySplit& split : content.splits) {
    parts += split.name;
    for (const auto& input : split.inputs) {
      add(std::span<const std::uint32_t>(input->spikes.offsets));
      parts += hash_name(step_bytes(input->spikes));
      add(std::span<const float>(input->analog));
    }
    add(std::span<const std::int32_t>(split.labels));
    add(std::span<const std::int32_t>(split.groups));
    add(std::span<const float>(split.target));
  }
  return data_digest_text(hetsyn::digest_of(std::as_bytes(std::span(parts))));
}

TaskInfo info_of(const DataSet::Content& content) {
  if (content.splits.empty()) throw UsageError("a data set without samples; expected DataSet::add() first");
  TaskInfo info;
  info.name = "arrays";
  info.input_kind = content.kind;
  info.inputs = content.inputs;
  info.outputs = outputs_of(content);
  info.steps = content.steps;
  info.dt_ms = info.step_ms = content.options.dt_ms;
  info.targets = content.targets;
  for (const ArraySplit& split : content.splits) {
    info.splits.push_back({split.name, role_of(split.name), false, split.inputs.size()});
  }
  info.losses = loss_terms(content);
  const LossTerm* const decision = classification_term(info);
  if (decision != nullptr) info.metrics.push_back({"accuracy", "", true, {MetricKind::accuracy, *decision}});
  if (content.targets > 0) info.metrics.push_back({"mse", "", false, {MetricKind::trace_mse, {}}});
  if (info.metrics.empty()) info.metrics.push_back({"own_loss", "", false});
  info.data_name = content.options.name;
  info.static_samples = true;
  info.data_digest = content_digest(content);
  info.class_names = content.options.class_names;
  if (!info.class_names.empty() && info.class_names.size() != info.outputs) {
    throw UsageError(
        fmt::format("{} names of classes; expected {}, one per output", info.class_names.size(), info.outputs));
  }
  return info;
}

SpikeTrain warped(const SpikeTrain& spikes, double scale, std::size_t steps) {
  std::vector<std::uint32_t> units, times;
  for (std::size_t unit = 0; unit < spikes.channels(); ++unit) {
    for (std::uint32_t i = spikes.offsets[unit]; i < spikes.offsets[unit + 1]; ++i) {
      const auto step = static_cast<std::size_t>(std::floor(static_cast<double>(spikes.steps[i]) * scale));
      if (step >= steps) continue;
      units.push_back(static_cast<std::uint32_t>(unit));
      times.push_back(static_cast<std::uint32_t>(step));
    }
  }
  return sorted_spike_train(units, times, spikes.channels());
}

LossInput loss_input(const BatchAnswer& batch) {
  const View<const float, 3>& y = batch.readout;
  return {y.samples(), y.steps(), y.units(), y, batch.labels, batch.target};
}

/// The mean of the task's own loss, for a task without other metrics.
class OwnLossMetric : public MetricAccumulator {
 public:
  explicit OwnLossMetric(const LossFunction& own_loss) : own_loss_(own_loss) {}

  void add(const BatchAnswer& batch) override {
    std::vector<float> unused(batch.readout.size(), 0.0f);
    const auto samples = static_cast<double>(batch.readout.samples());
    sum_ += own_loss_(loss_input(batch), {unused, batch.readout.extents()}) * samples;
    samples_ += samples;
  }
  std::vector<double> finish() override { return {sum_ / samples_}; }

 private:
  const LossFunction& own_loss_;
  double sum_ = 0.0, samples_ = 0.0;
};

}  // namespace

ArrayTask::ArrayTask(std::shared_ptr<const DataSet::Content> content)
    : content_(std::move(content)), info_(info_of(*content_)) {}

Sample ArrayTask::fill(const SampleRequest& request) const {
  const ArraySplit& split = content_->splits.at(request.split);
  Sample sample;
  sample.input = split.inputs.at(request.index);
  if (!split.labels.empty()) sample.label = split.labels[request.index];
  const View<const float, 3> targets(split.target, {split.inputs.size(), content_->steps, content_->targets});
  const auto target = targets.slice(request.index);
  sample.target.assign(target.begin(), target.end());
  if (request.steps == content_->steps && request.time_scale == 1.0) return sample;
  if (content_->kind == InputKind::analog || content_->targets > 0) {
    throw DataError(fmt::format("{}: expected perturb.warp_log2 = 0, as analog input and targets belong to their steps",
                                info_.data_name));
  }
  auto input = std::make_shared<InputSample>();
  input->spikes = warped(sample.input->spikes, request.time_scale, request.steps);
  sample.input = std::move(input);
  return sample;
}

SampleInfo ArrayTask::sample_info(std::size_t split, std::uint64_t index) const {
  const ArraySplit& samples = content_->splits.at(split);
  return {samples.labels.empty() ? -1 : samples.labels.at(index),
          samples.groups.empty() ? -1 : samples.groups.at(index)};
}

double ArrayTask::loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const {
  return content_->options.own_loss(loss_input(batch), {d_readout, batch.readout.extents()});
}

std::unique_ptr<MetricAccumulator> ArrayTask::metrics() const {
  return std::make_unique<OwnLossMetric>(content_->options.own_loss);
}

}  // namespace hetsyn
