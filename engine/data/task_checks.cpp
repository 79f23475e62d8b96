#include "data/task_checks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <hetsyn/exceptions.hpp>
#include <string>
#include <vector>

#include "base/digest.hpp"

namespace hetsyn {
namespace {

constexpr std::uint64_t kChecked = 4;  // samples of a split

[[noreturn]] void refuse(const TaskInfo& info, std::string_view reason) {
  const std::string file = info.plugin_file.empty() ? "" : fmt::format(" ({})", info.plugin_file);
  throw PluginError(fmt::format("task '{}'{}: {}", info.name, file, reason));
}

/// The first and the last sample and some between; the first ones if any index is valid.
std::vector<std::uint64_t> checked_indices(const Split& split) {
  std::vector<std::uint64_t> indices;
  for (std::uint64_t i = 0; i < kChecked; ++i) {
    const std::uint64_t index = split.drawn ? i : i * (split.samples - 1) / (kChecked - 1);
    if (indices.empty() || indices.back() != index) indices.push_back(index);
  }
  return indices;
}

/// Identifies a sample without keeping its arrays, which may be large.
struct Fingerprint {
  std::int32_t label = -1;
  std::uint64_t spikes = 0, analog = 0, target = 0;  ///< hashes
};

template <class T>
std::uint64_t hash_of_values(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return hash_of({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Fingerprint fingerprint(const Sample& sample) {
  const InputSample& input = *sample.input;
  const std::uint64_t offsets = hash_of_values(std::span(input.spikes.offsets));
  return {.label = sample.label,
          .spikes = 31 * offsets + hash_of_values(std::span(input.spikes.steps)),
          .analog = hash_of_values(std::span(input.analog)),
          .target = hash_of_values(std::span<const float>(sample.target))};
}

/// Describes the difference; empty if there is none.
std::string difference(const Fingerprint& first, const Fingerprint& second) {
  if (first.label != second.label) return fmt::format("label {}, then {}", first.label, second.label);
  if (first.spikes != second.spikes) return "other spikes";
  if (first.analog != second.analog) return "other analog values";
  if (first.target != second.target) return "another target";
  return "";
}

class SplitCheck {
 public:
  SplitCheck(const Task& task, std::size_t split, std::uint64_t seed)
      : task_(task), split_(split), seed_(seed), indices_(checked_indices(task.info().splits[split])) {}

  void run() const {
    std::vector<Fingerprint> first;
    for (const std::uint64_t index : indices_) first.push_back(draw(index, seed_));
    for (std::size_t i = indices_.size(); i-- > 0;) {  // backwards, to detect a task that counts its calls
      compare_again(indices_[i], first[i]);
      compare_label(indices_[i], first[i].label);
    }
  }

 private:
  [[nodiscard]] Fingerprint draw(std::uint64_t index, std::uint64_t seed) const {
    const std::size_t steps = task_.info().steps;
    return fingerprint(task_.fill({.split = split_, .index = index, .seed = seed, .steps = steps}));
  }

  void compare_again(std::uint64_t index, const Fingerprint& first) const {
    if (const std::string found = difference(first, draw(index, seed_)); !found.empty()) {
      refuse_sample(index,
                    fmt::format("fill() gives another sample when it is called again with the same seed, {}: {}; "
                                "expected equal samples for equal requests",
                                seed_, found));
    }
    if (!task_.info().static_samples) return;
    if (const std::string found = difference(first, draw(index, seed_ + 1)); !found.empty()) {
      refuse_sample(index, fmt::format("fill() gives another sample for seed {} than for {}: {}; expected the same, as "
                                       "info.static_samples is set",
                                       seed_ + 1, seed_, found));
    }
  }

  void compare_label(std::uint64_t index, std::int32_t label) const {
    if (task_.info().splits[split_].drawn) return;  // sample_info() does not get the seed
    const std::int32_t told = task_.sample_info(split_, index).label;
    if (told != -1 && told != label) {
      refuse_sample(index, fmt::format("sample_info() gives label {}, fill() {}; expected the same", told, label));
    }
  }

  [[noreturn]] void refuse_sample(std::uint64_t index, std::string_view reason) const {
    const TaskInfo& info = task_.info();
    refuse(info, fmt::format("split '{}', sample {}: {}", info.splits[split_].name, index, reason));
  }

  const Task& task_;
  std::size_t split_;
  std::uint64_t seed_;
  std::vector<std::uint64_t> indices_;
};

}  // namespace

void check_samples(const Task& task, std::uint64_t seed) {
  for (std::size_t split = 0; split < task.info().splits.size(); ++split) SplitCheck(task, split, seed).run();
}

void check_metrics(const TaskInfo& info, std::string_view split, std::span<const double> values) {
  if (values.size() != info.metrics.size()) {
    refuse(info, fmt::format("it gives {} metrics where it lists {}", values.size(), info.metrics.size()));
  }
  for (std::size_t m = 0; m < values.size(); ++m) {
    if (std::isfinite(values[m])) continue;
    refuse(info, fmt::format("its metric '{}' is {} on the {} samples; expected a finite number", info.metrics[m].name,
                             values[m], split));
  }
}

}  // namespace hetsyn
