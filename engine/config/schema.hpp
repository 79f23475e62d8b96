#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/check.hpp"
#include "config/config.hpp"
#include "core/config_key.hpp"

/// The list of all configuration keys. Checks, config.toml and docs/configuration.md are generated from it. Plugins
/// declare the keys of [task] in the same form.
namespace hetsyn {

struct ConfigKey {
  KeySpec spec;       ///< default_value is empty: the defaults are those of RunConfig
  std::string takes;  ///< what it accepts, in words
  std::function<void(const NamedPlace& at, RunConfig& config)> read;
  std::function<std::optional<ConfigValue>(const RunConfig& config)> value;  ///< empty if the key is absent
};

struct ConfigTable {
  std::string name;
  std::string help;
  std::vector<ConfigKey> keys;
};

/// The value of a key as TOML; "" if it is absent.
std::string value_text(const ConfigKey& key, const RunConfig& config);

/// [model], [train], [augment], [perturb], [run].
const std::vector<ConfigTable>& config_schema();

/// The meaning of a key of these tables for a run: role_of("train.seed") is KeyRole::seed. identity for an unknown key.
KeyRole role_of(const std::string& key);

/// The keys of a task, for docs/configuration.md.
struct TaskReference {
  std::string name;
  std::string summary;
  std::vector<KeySpec> keys;
};

/// The text of docs/configuration.md.
std::string config_reference_markdown(std::span<const TaskReference> tasks);

}  // namespace hetsyn
