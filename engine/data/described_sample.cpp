#include "data/described_sample.hpp"

#include <fmt/format.h>

#include "core/json_text.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

std::string name_of(const std::vector<std::string>& names, std::int32_t number) {
  const auto at = static_cast<std::size_t>(number);
  return number >= 0 && at < names.size() ? names[at] : "";
}

std::string text_of(std::int32_t number, const std::string& name) {
  if (number < 0) return "none";
  return name.empty() ? std::to_string(number) : fmt::format("{} ({})", number, name);
}

Json number_or_null(std::int32_t number) { return number < 0 ? Json() : Json(number); }
Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// Values [T][columns] as a list of steps.
template <class Values>
Json rows(const Values& values, std::size_t columns) {
  Json out = Json::array();
  for (std::size_t at = 0; columns > 0 && at < values.size(); at += columns) {
    Json row = Json::array();
    for (std::size_t k = 0; k < columns; ++k) row.push_back(values[at + k]);
    out.push_back(std::move(row));
  }
  return out;
}

Json events_of(const SpikeTrain& spikes) {
  std::vector<std::size_t> channels;
  for (std::size_t i = 0; i < spikes.channels(); ++i) {
    channels.insert(channels.end(), spikes.offsets[i + 1] - spikes.offsets[i], i);
  }
  return {{"channel", channels}, {"step", spikes.steps}};
}

}  // namespace

std::string DescribedSample::label_text() const { return text_of(sample.label, class_name); }

std::string DescribedSample::group_text() const { return text_of(group, group_name); }

DescribedSample described_sample(const Task& task, const SampleRequest& request) {
  const TaskInfo& info = task.info();
  const Split& split = info.splits.at(request.split);
  DescribedSample out;
  out.split = split.name;
  out.index = request.index;
  out.seed = request.seed;
  out.sample = task.fill(request);
  out.steps = request.steps;
  out.step_ms = info.step_ms;
  InputSums sums(info);
  sums.add(*out.sample.input, request.steps);
  out.input = sums.summary();
  if (!split.drawn) out.group = task.sample_info(request.split, request.index).group;
  out.class_name = name_of(info.class_names, out.sample.label);
  out.group_name = name_of(info.group_names, out.group);
  return out;
}

std::string described_sample_json(const TaskInfo& info, const DescribedSample& sample) {
  const InputSummary& input = sample.input;
  Json json{{"task", info.name}, {"data", info.data_name}, {"standin", info.standin}, {"split", sample.split}};
  json["index"] = sample.index;
  json["seed"] = sample.seed;
  json["label"] = number_or_null(sample.sample.label);
  json["class"] = text_or_null(sample.class_name);
  json["group"] = number_or_null(sample.group);
  json["group_name"] = text_or_null(sample.group_name);
  json["steps"] = sample.steps;
  json["step_ms"] = sample.step_ms;
  json["duration_ms"] = sample.duration_ms();
  json["channels"] = info.inputs;
  json["event_count"] = input.most_events;
  json["rate_hz"] = input.rate_hz;
  json["channel_rates_hz"] = input.channel_rates_hz;
  json["silent_channels"] = input.silent;
  const bool analog = info.input_kind == InputKind::analog;
  json["events"] = analog ? Json() : events_of(sample.sample.input->spikes);
  json["analog"] = analog ? rows(sample.sample.input->analog, info.inputs) : Json();
  json["target"] = info.targets == 0 ? Json() : rows(sample.sample.target, info.targets);
  return json_text(json);
}

}  // namespace hetsyn
