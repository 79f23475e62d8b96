#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_value.hpp"
#include "core/config_key.hpp"

/// Checks of values against the declarations of their keys. All throw ConfigError with place, key, value and what was
/// expected.
namespace hetsyn {

/// A value with its dotted name, so that messages can contain both.
struct NamedPlace {
  std::string key;  ///< "train.batch"
  const ConfigValue& value;
};

/// Throws "configs/shd.toml:12: train.batch = -1: expected an integer from 1 to 65536".
[[noreturn]] void reject(const NamedPlace& at, std::string_view expected);
/// Throws "configs/shd.toml:12: unknown key train.bach; did you mean "batch"?".
[[noreturn]] void reject_unknown(std::string_view table, const ConfigEntry& entry, std::span<const std::string> known);

/// What a key accepts, in words: "an integer from 1 to 65536", "one of "floor", "paper"".
std::string expectation(const KeySpec& spec);

/// The value, converted to the type of `spec`, within its bounds and choices. A real key also accepts an integer.
KeyValue check_scalar(const KeySpec& spec, const NamedPlace& at);

/// The values of all keys of `specs`, in their order: the value in `table`, or the default.
std::vector<NamedValue> check_table(std::string_view table_name, const ConfigValue::Table& table,
                                    std::span<const KeySpec> specs);

/// The value as TOML.
std::string toml_text(const KeyValue& value);

}  // namespace hetsyn
