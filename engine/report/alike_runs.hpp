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

/// Runs that may be averaged: on the same data, with configs that differ only in the seed and in where and how they
/// were computed.
struct AlikeRuns {
  std::string task, model;
  DataIdentity data;
  std::vector<Setting> recorded;  ///< all settings of the first run
  std::string data_label;         ///< the name of the data in reports, unique for each data set
  std::map<std::string, std::string>
      settings;  ///< "train.batch" → "32": settings that differ between groups on the same data

  /// "hetsyn_lif (model.dropout = 0.4)": distinguishes the groups on the same data.
  [[nodiscard]] std::string name() const;
};

/// Reads what a run directory records: config.toml, and summary.json if it exists. Throws DataError if the summary is
/// invalid.
AlikeRuns recorded_run(const std::filesystem::path& run, const std::optional<JsonValue>& summary);

/// Adds a run to the group of runs like it, or to a new group. `Group` is derived from AlikeRuns and has its members.
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

/// Sets data_label and settings of all groups, which distinguish them.
void tell_apart(std::span<AlikeRuns* const> groups);
template <class Group>
void tell_apart(std::vector<Group>& groups) {
  std::vector<AlikeRuns*> all;
  all.reserve(groups.size());
  for (Group& group : groups) all.push_back(&group);
  tell_apart(std::span<AlikeRuns* const>(all));
}

}  // namespace hetsyn
