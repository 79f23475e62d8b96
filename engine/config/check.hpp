#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_value.hpp"
#include "core/config_key.hpp"

/// Checks of written values against declared keys; all throw ConfigError with place, key, value and expectation.
namespace hetsyn {

/// A value under its dotted name, so that a complaint can name both.
struct NamedPlace {
  std::string key;  ///< "train.batch"
  const ConfigValue& value;
};

/// Throws "configs/shd.toml:12: train.batch = -1: expected an integer from 1 to 65536".
[[noreturn]] void reject(const NamedPlace& at, std::string_view expected);
/// Throws "configs/shd.toml:12: unknown key train.bach; did you mean "batch"?".
[[noreturn]] void reject_unknown(std::string_view table, const ConfigEntry& entry, std::span<const std::string> known);

/// What a key takes, in words: "an integer from 1 to 65536", "one of "floor", "paper"".
std::string expectation(const KeySpec& spec);

/// The value in the type of `spec`, within its bounds and choices. An integer is accepted for a real.
KeyValue check_scalar(const KeySpec& spec, const NamedPlace& at);

/// All keys of `specs` in their order: the written value where there is one, else the default.
std::vector<NamedValue> check_table(std::string_view table_name, const ConfigValue::Table& table,
                                    std::span<const KeySpec> specs);

/// The value as TOML.
std::string toml_text(const KeyValue& value);

}  // namespace hetsyn
