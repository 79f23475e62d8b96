#include "training/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "base/digest.hpp"
#include "core/rng.hpp"
#include "training/shuffle.hpp"

namespace hetsyn {
namespace {

constexpr std::string_view role_name(SplitRole role) {
  switch (role) {
    case SplitRole::train: return "train";
    case SplitRole::validation: return "validation";
    case SplitRole::test: return "test";
  }
  return "";
}

std::vector<std::uint64_t> first_indices(std::uint64_t count) {
  std::vector<std::uint64_t> indices(count);
  std::iota(indices.begin(), indices.end(), std::uint64_t{0});
  return indices;
}

/// All samples of the first split with this role; empty if the task has none.
std::optional<SampleSet> whole_split(const TaskInfo& info, SplitRole role, const TrainSettings& settings) {
  for (std::size_t s = 0; s < info.splits.size(); ++s) {
    const Split& split = info.splits[s];
    if (split.role != role) continue;
    SampleSet set{std::string(role_name(role)), s, role, split.drawn, {}};
    const bool chosen = split.drawn && settings.evaluation_samples > 0;
    const bool endless = split.drawn && role == SplitRole::train;
    if (!endless) set.indices = first_indices(chosen ? settings.evaluation_samples : split.samples);
    if (!endless && set.indices.empty()) {
      throw ConfigError(fmt::format("task {}: the split \"{}\" has no samples", info.name, split.name));
    }
    return set;
  }
  return std::nullopt;
}

/// A validation set that is drawn like the training set, with other seeds, as large as the test set.
SampleSet drawn_validation(const TaskInfo& info, const SampleSet& train, const std::optional<SampleSet>& test,
                           const TrainSettings& settings) {
  std::uint64_t count = test ? test->indices.size() : info.splits[train.split].samples;
  if (settings.evaluation_samples > 0) count = settings.evaluation_samples;
  return {"validation", train.split, SplitRole::validation, true, first_indices(std::max<std::uint64_t>(count, 1))};
}

/// Indices of samples by a property of the samples, in ascending order of both.
using Classes = std::map<std::int32_t, std::vector<std::uint64_t>>;

/// The training samples that are moved to validation, and their groups if whole groups were moved.
struct HeldOut {
  std::set<std::uint64_t> samples;
  std::set<std::int32_t> groups;
};

/// Chooses whole groups, in a seeded order, as long as each brings the number of samples closer to `wanted`; at least
/// one group is chosen and at least one remains.
HeldOut hold_out_groups(const Classes& groups, std::size_t wanted, std::uint64_t seed) {
  std::vector<std::int32_t> order;
  for (const auto& [group, samples] : groups) order.push_back(group);
  shuffle(order, RandomStream(seed, RandomPurpose::validation_split));
  order.pop_back();
  HeldOut held;
  for (const std::int32_t group : order) {
    const auto& samples = groups.at(group);
    const bool closer = 2 * (wanted - std::min(wanted, held.samples.size())) > samples.size();
    if (!held.samples.empty() && !closer) break;
    held.samples.insert(samples.begin(), samples.end());
    held.groups.insert(group);
  }
  return held;
}

/// Chooses the same fraction of each class; rounding errors are carried over to the next class, so that the total is
/// `wanted`.
HeldOut hold_out_samples(const Classes& classes, std::size_t wanted, std::size_t total, std::uint64_t seed) {
  std::set<std::uint64_t> held;
  std::size_t seen = 0;
  std::uint32_t substream = 1;  // substream 0 shuffles groups
  for (const auto& [label, samples] : classes) {
    std::vector<std::uint64_t> order = samples;
    shuffle(order, RandomStream(seed, RandomPurpose::validation_split, substream++));
    seen += order.size();
    const std::size_t due = (wanted * seen + total / 2) / total - held.size();
    held.insert(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(due));
  }
  return {held, {}};
}

HeldOut held_out(const Task& task, const SampleSet& train, const TrainSettings& settings) {
  const std::size_t total = train.indices.size();
  const auto wanted = static_cast<std::size_t>(std::llround(settings.validation_fraction * static_cast<double>(total)));
  if (wanted == 0 || wanted >= total) {
    throw ConfigError(fmt::format("train.validation_fraction = {}: expected a fraction that leaves samples on both "
                                  "sides, out of {} training samples",
                                  settings.validation_fraction, total),
                      "train.validation_fraction");
  }
  Classes classes, groups;
  for (const std::uint64_t index : train.indices) {
    const SampleInfo info = task.sample_info(train.split, index);
    classes[info.label].push_back(index);
    groups[info.group].push_back(index);
  }
  const bool grouped = !groups.contains(-1) && groups.size() > 1;
  if (settings.hold_out == HoldOut::groups && !grouped) {
    throw ConfigError(fmt::format("train.hold_out = \"groups\": expected \"samples\", as the training samples of task "
                                  "{} do not belong to two groups or more",
                                  task.info().name),
                      "train.hold_out");
  }
  if (grouped && settings.hold_out != HoldOut::samples) return hold_out_groups(groups, wanted, settings.seed);
  return hold_out_samples(classes, wanted, total, settings.seed);
}

/// Moves the held-out samples from the training set to a validation set.
void cut_validation(const Task& task, SampleSets& sets, const TrainSettings& settings) {
  const auto [samples, groups] = held_out(task, sets.train, settings);
  std::erase_if(sets.train.indices, [&held = samples](std::uint64_t index) { return held.contains(index); });
  sets.validation = {"validation", sets.train.split, SplitRole::validation, false, {samples.begin(), samples.end()}};
  sets.held_out_groups.assign(groups.begin(), groups.end());
}

}  // namespace

SampleSets divide_samples(const Task& task, const TrainSettings& settings) {
  const TaskInfo& info = task.info();
  std::optional<SampleSet> train = whole_split(info, SplitRole::train, settings);
  if (!train) throw ConfigError(fmt::format("task {} has no training split", info.name));
  SampleSets sets{*std::move(train),
                  whole_split(info, SplitRole::validation, settings),
                  {},
                  whole_split(info, SplitRole::test, settings),
                  SplitRole::validation};
  if (settings.protocol == Protocol::paper) {
    sets.selection = SplitRole::test;
    if (!sets.test) {
      throw ConfigError(
          fmt::format("train.protocol = \"paper\": expected \"held_out\", as task {} has no test split", info.name),
          "train.protocol");
    }
  } else if (!sets.validation) {
    if (sets.train.drawn) {
      sets.validation = drawn_validation(info, sets.train, sets.test, settings);
    } else {
      cut_validation(task, sets, settings);
    }
  }
  return sets;
}

std::string held_out_digest(const Task& task, const SampleSets& sets) {
  const std::optional<SampleSet>& held = sets.validation;
  if (!held || held->drawn || held->split != sets.train.split) return {};
  std::string content;
  for (const std::uint64_t index : held->indices) {
    const SampleInfo info = task.sample_info(held->split, index);
    content += fmt::format("{} {} {}\n", index, info.label, info.group);
  }
  return hash_name(content);
}

std::uint64_t sample_seed(std::uint64_t run_seed, SplitRole role, std::uint64_t epoch) {
  const Philox4 bits = random_bits(run_seed, RandomPurpose::sample, static_cast<std::uint32_t>(role), epoch);
  return (static_cast<std::uint64_t>(bits.v[0]) << 32) | bits.v[1];
}

}  // namespace hetsyn
