#pragma once
#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

/// Decides which runs are the same, for resume, evaluation, report and sweep.
namespace hetsyn {

/// A key of a config with its typed value. Absent keys have no Setting.
struct Setting {
  std::string key;  ///< "train.batch"
  KeyRole role = KeyRole::identity;
  ConfigValue value;
};

/// All keys of a config that have a value.
std::vector<Setting> settings_of(const RunConfig& config);
/// The same for a config.toml whose task is not loaded. `placement` lists the keys of its task that only say where the
/// data are or how they are called (RunFacts::placement).
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

/// Must agree for a run to be continued.
inline constexpr Roles kSameRun{KeyRole::identity, KeyRole::samples, KeyRole::seed};
/// Must agree for two trainings to give the same files.
inline constexpr Roles kSameTraining{KeyRole::identity, KeyRole::samples, KeyRole::seed, KeyRole::extent};
/// Must agree for runs to be averaged.
inline constexpr Roles kSameModel{KeyRole::identity, KeyRole::samples, KeyRole::extent};
/// Must not change in an evaluation of a trained network.
inline constexpr Roles kTrained{KeyRole::identity, KeyRole::seed};
/// May change in an evaluation, which then lists it.
inline constexpr Roles kVariable{KeyRole::samples};

inline constexpr std::string_view kAbsent = "absent";

/// A key with two different values as TOML, or kAbsent.
struct KeyDifference {
  std::string key, recorded, given;
};

/// The keys with certain roles that differ between two configs, in alphabetical order. Numbers are compared by value.
std::vector<KeyDifference> differences(const std::vector<Setting>& recorded, const std::vector<Setting>& given,
                                       Roles roles);
/// The same for two configs that were read with the same task.
std::vector<KeyDifference> differences(const RunConfig& recorded, const RunConfig& given, Roles roles);

/// The keys of the task that differ between two configs, with any role.
std::vector<KeyDifference> task_differences(const RunConfig& recorded, const RunConfig& given);

/// "train.batch was 4 and is 5 now, train.seed was 0 and is 1 now"
std::string differences_text(const std::vector<KeyDifference>& differences);

}  // namespace hetsyn
