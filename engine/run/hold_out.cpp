#include "run/hold_out.hpp"

namespace hetsyn {
namespace {

std::string group_title(const TaskInfo& info, std::int32_t group) {
  const auto index = static_cast<std::size_t>(group);
  return index < info.group_names.size() ? info.group_names[index] : std::to_string(group);
}

std::string how(const SampleSets& sets) {
  if (sets.validation->drawn) return "drawn";
  if (sets.validation->split != sets.train.split) return "split";
  return sets.held_out_groups.empty() ? "samples" : "groups";
}

}  // namespace

HoldOutFacts hold_out_facts(const TaskInfo& info, const SampleSets& sets) {
  HoldOutFacts facts;
  if (!sets.validation) return facts;
  facts.by = how(sets);
  for (const std::int32_t group : sets.held_out_groups) facts.groups.push_back(group_title(info, group));
  facts.samples = sets.validation->indices.size();
  return facts;
}

}  // namespace hetsyn
