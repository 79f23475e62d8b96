#include "data/task_checks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <hetsyn/exceptions.hpp>
#include <string>
#include <vector>

#include "data/sample_fingerprint.hpp"

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

class SplitCheck {
 public:
  SplitCheck(const Task& task, std::size_t split, std::uint64_t seed)
      : task_(task), split_(split), seed_(seed), indices_(checked_indices(task.info().splits[split])) {}

  void run() const {
    std::vector<SampleFingerprint> first;
    for (const std::uint64_t index : indices_) first.push_back(draw(index, seed_));
    for (std::size_t i = indices_.size(); i-- > 0;) {  // backwards, to detect a task that counts its calls
      const std::uint64_t index = indices_[i];
      refuse_any(index, fault_of_repeat(first[i], draw(index, seed_), seed_));
      if (task_.info().static_samples) {
        refuse_any(index, fault_of_seed(first[i], draw(index, seed_ + 1), seed_, seed_ + 1));
      }
      if (task_.info().splits[split_].drawn) continue;  // sample_info() does not get the seed
      refuse_any(index, fault_of_label(task_.sample_info(split_, index).label, first[i].label));
    }
  }

 private:
  [[nodiscard]] SampleFingerprint draw(std::uint64_t index, std::uint64_t seed) const {
    const std::size_t steps = task_.info().steps;
    return fingerprint(task_.fill({.split = split_, .index = index, .seed = seed, .steps = steps}));
  }

  void refuse_any(std::uint64_t index, const std::string& fault) const {
    if (fault.empty()) return;
    const TaskInfo& info = task_.info();
    refuse(info, fmt::format("split '{}', sample {}: {}", info.splits[split_].name, index, fault));
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
