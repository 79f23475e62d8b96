#pragma once
#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

/// Which runs are the same: what resume, evaluation, report and sweep decide by.
namespace hetsyn {

/// One key of a config with its typed value; keys that are absent have none.
struct Setting {
  std::string key;  ///< "train.batch"
  KeyRole role = KeyRole::identity;
  ConfigValue value;
};

/// All keys of a config that have a value.
std::vector<Setting> settings_of(const RunConfig& config);
/// The same of a config.toml whose task is not loaded; `placement` names the keys of its task that say where or what
/// data are called (RunFacts::placement).
std::vector<Setting> recorded_settings(const ConfigDocument& document, const std::set<std::string>& placement);

/// A set of roles.
class Roles {
 public:
  constexpr Roles(std::initializer_list<KeyRole> roles) {
    for (const KeyRole role : roles) bits_ |= 1u << static_cast<unsigned>(role);
  }
  [[nodiscard]] constexpr bool has(KeyRole role) const { return (bits_ >> static_cast<unsigned>(role) & 1u) != 0; }

 private:
  unsigned bits_ = 0;
};

/// What must agree for a run to be continued.
inline constexpr Roles kSameRun{KeyRole::identity, KeyRole::samples, KeyRole::seed};
/// What must agree for two trainings to give the same files.
inline constexpr Roles kSameTraining{KeyRole::identity, KeyRole::samples, KeyRole::seed, KeyRole::extent};
/// What must agree for runs to be averaged.
inline constexpr Roles kSameModel{KeyRole::identity, KeyRole::samples, KeyRole::extent};
/// What no evaluation of a trained network may change.
inline constexpr Roles kTrained{KeyRole::identity, KeyRole::seed};
/// What it may vary by hand, and then names.
inline constexpr Roles kVariable{KeyRole::samples};

inline constexpr std::string_view kAbsent = "absent";

/// A key with two values as TOML, or kAbsent.
struct KeyDifference {
  std::string key, recorded, given;
};

/// The keys of some roles in which two configs differ, in alphabetical order. Numbers are compared by value.
std::vector<KeyDifference> differences(const std::vector<Setting>& recorded, const std::vector<Setting>& given,
                                       Roles roles);
/// The same of two configs that were read with the same task.
std::vector<KeyDifference> differences(const RunConfig& recorded, const RunConfig& given, Roles roles);

/// The keys of the task in which two configs differ, whatever their role.
std::vector<KeyDifference> task_differences(const RunConfig& recorded, const RunConfig& given);

/// "train.batch was 4 and is 5 now, train.seed was 0 and is 1 now"
std::string differences_text(const std::vector<KeyDifference>& differences);

}  // namespace hetsyn
