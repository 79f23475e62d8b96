#include "data/data_identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

#include "base/digest.hpp"

namespace hetsyn {
namespace {

constexpr std::uint64_t kInputsPerSplit =
    32;  // for tasks that give no digest: inputs that the engine's own digest includes
constexpr std::uint32_t kMostShortStep = std::numeric_limits<std::uint16_t>::max();

template <class T>
void append(std::string& bytes, std::span<const T> values) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

/// The labels and groups of all samples of a split, and the inputs of a few samples at regular distances.
std::string content_of(const Task& task, std::size_t split) {
  const TaskInfo& info = task.info();
  const std::uint64_t samples = info.splits[split].samples;
  std::string bytes;
  for (std::uint64_t index = 0; index < samples; ++index) {
    const SampleInfo sample = task.sample_info(split, index);
    append(bytes, std::span<const std::int32_t>({sample.label, sample.group}));
  }
  const std::uint64_t stride = std::max<std::uint64_t>(1, samples / kInputsPerSplit);
  for (std::uint64_t index = 0; index < samples; index += stride) {
    const Sample sample = task.fill({.split = split, .index = index, .seed = 0, .steps = info.steps});
    append<std::uint32_t>(bytes, sample.input->spikes.offsets);
    bytes += step_bytes(sample.input->spikes);
    append<float>(bytes, sample.input->analog);
    append<float>(bytes, sample.target);
  }
  return bytes;
}

std::string sampled_digest(const Task& task) {
  std::string parts;
  for (std::size_t split = 0; split < task.info().splits.size(); ++split) {
    if (!task.info().splits[split].drawn) parts += hash_name(content_of(task, split));
  }
  return parts.empty() ? std::string() : "sampled:" + hash_name(parts);
}

}  // namespace

std::string step_bytes(const SpikeTrain& spikes) {
  std::string bytes;
  if (std::ranges::any_of(spikes.steps, [](std::uint32_t step) { return step > kMostShortStep; })) {
    append<std::uint32_t>(bytes, spikes.steps);
  } else {
    append<std::uint16_t>(bytes, std::vector<std::uint16_t>(spikes.steps.begin(), spikes.steps.end()));
  }
  return bytes;
}

DataIdentity identify_data(const Task& task) {
  const TaskInfo& info = task.info();
  DataIdentity data{info.data_name, info.standin, info.data_digest, {}, {}};
  for (const Split& split : info.splits) data.splits.push_back({split.name, split.samples});
  if (data.digest.empty()) data.digest = sampled_digest(task);
  return data;
}

DataIdentity same_data(const DataIdentity& a, const DataIdentity& b) {
  DataIdentity data = a;
  data.name = std::min(a.name, b.name);
  data.standin = a.standin || b.standin;
  return data;
}

std::string data_title(const std::string& name, bool standin) { return standin ? name + " (stand-in)" : name; }

std::vector<std::string> data_labels(const std::vector<DataIdentity>& data) {
  std::vector<std::string> labels;
  for (const DataIdentity& each : data) {
    const std::string title = data_title(each.name, each.standin);
    const bool alone = std::ranges::none_of(data, [&](const DataIdentity& other) {
      return !other.same_as(each) && data_title(other.name, other.standin) == title;
    });
    labels.push_back(alone ? title : fmt::format("{} [{}]", title, each.digest));
  }
  return labels;
}

std::string describe(const DataIdentity& data) {
  std::string text = data_title(data.name, data.standin);
  for (const DataIdentity::Part& part : data.splits) text += fmt::format(", {} {} samples", part.samples, part.name);
  return data.digest.empty() ? text : fmt::format("{}, digest {}", text, data.digest);
}

}  // namespace hetsyn
