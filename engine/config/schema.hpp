#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/check.hpp"
#include "config/config.hpp"
#include "core/config_key.hpp"

/// The one list of configuration keys. Checks, config.toml and docs/configuration.md are made from it; the keys of
/// [task] come from the task's plugin in the same form.
namespace hetsyn {

struct ConfigKey {
  KeySpec spec;       ///< default_value is empty: defaults are those of RunConfig
  std::string takes;  ///< what it expects, in words
  std::function<void(const NamedPlace& at, RunConfig& config)> read;
  std::function<std::optional<ConfigValue>(const RunConfig& config)> value;  ///< empty where the key is absent
};

struct ConfigTable {
  std::string name;
  std::string help;
  std::vector<ConfigKey> keys;
};

/// The value of a key as TOML; "" where it is absent.
std::string value_text(const ConfigKey& key, const RunConfig& config);

/// [model], [train], [augment], [perturb], [run].
const std::vector<ConfigTable>& config_schema();

/// What a key of these tables means for a run: role_of("train.seed") is KeyRole::seed. Of an unknown key: identity.
KeyRole role_of(const std::string& key);

/// The keys of a task, for the reference.
struct TaskReference {
  std::string name;
  std::string summary;
  std::vector<KeySpec> keys;
};

/// docs/configuration.md.
std::string config_reference_markdown(std::span<const TaskReference> tasks);

}  // namespace hetsyn
