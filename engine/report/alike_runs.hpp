#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/identity.hpp"
#include "core/json_file.hpp"
#include "data/data_identity.hpp"

namespace hetsyn {

/// Runs on the same data that differ in nothing but their seed, and where and how they were computed: those that may be
/// averaged.
struct AlikeRuns {
  std::string task, model;
  DataIdentity data;
  std::vector<Setting> recorded;                ///< all settings of the first of them
  std::string data_label;                       ///< what the data are called, so that no two are called alike
  std::map<std::string, std::string> settings;  ///< "train.batch" → "32": those in which not all groups agree

  /// "hetsyn_lif (model.dropout = 0.4)": tells the groups on the same data apart.
  [[nodiscard]] std::string name() const;
};

/// What a run directory records: config.toml, and its summary.json, where there is one yet. Throws DataError for a
/// summary that is not one.
AlikeRuns recorded_run(const std::filesystem::path& run, const std::optional<JsonValue>& summary);

/// Adds a run to the group of those that are like it, a new one if need be. `Group` is an AlikeRuns with its members.
template <class Group>
Group& group_of(std::vector<Group>& groups, AlikeRuns run) {
  for (Group& group : groups) {
    if (!group.data.same_as(run.data) || !differences(group.recorded, run.recorded, kSameModel).empty()) continue;
    group.data = same_data(group.data, run.data);
    return group;
  }
  groups.emplace_back();
  static_cast<AlikeRuns&>(groups.back()) = std::move(run);
  return groups.back();
}

/// Gives the groups what tells them apart: data_label and settings.
void tell_apart(std::span<AlikeRuns* const> groups);
template <class Group>
void tell_apart(std::vector<Group>& groups) {
  std::vector<AlikeRuns*> all;
  all.reserve(groups.size());
  for (Group& group : groups) all.push_back(&group);
  tell_apart(std::span<AlikeRuns* const>(all));
}

}  // namespace hetsyn
