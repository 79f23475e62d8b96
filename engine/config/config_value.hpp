#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A configuration as it was written, before it is checked: values with the place that each came from.
namespace hetsyn {

/// Where a value was written: a line of a file, or a command-line option.
struct Place {
  std::string source;          ///< "configs/shd.toml", or "--set train.batch=-1"
  std::size_t line = 0;        ///< 0: not a file
  bool over_a_config = false;  ///< a sweep puts the value on top of its base

  /// Given on top of a config, by an option or a sweep.
  [[nodiscard]] bool is_on_top() const { return line == 0 || over_a_config; }
  /// "configs/shd.toml:12" or the option.
  [[nodiscard]] std::string text() const;
};

struct ConfigEntry;

struct ConfigValue {
  using List = std::vector<ConfigValue>;
  using Table = std::vector<ConfigEntry>;

  std::variant<bool, std::int64_t, double, std::string, List, Table> value;
  Place place;

  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&value);
  }
  /// The number where it is an integer or a real; false otherwise.
  [[nodiscard]] bool number(double& out) const;
};

struct ConfigEntry {
  std::string key;
  ConfigValue value;
};

/// The entry of `table` named `key`; null where it has none.
const ConfigValue* find(const ConfigValue::Table& table, std::string_view key);

/// The value of a key with its table in front, "train.batch"; null where there is none.
const ConfigValue* find_dotted(const ConfigValue::Table& document, std::string_view key);

/// Parses a TOML document; `source` is the file that places and messages name. Throws ConfigError with file, line and
/// column where it is not valid TOML.
ConfigValue::Table parse_toml(const std::string& text, const std::string& source);

/// Reads a TOML file. Throws ConfigError with file, line and column where it is not valid TOML or cannot be read.
ConfigValue::Table read_toml_file(const std::string& path);

/// Applies `table.key=value` on top of `document`. The value is TOML; a bare word is a text. `option` names the option
/// in messages ("--set"). Returns one sentence where an earlier option gave the key another value, which has no effect
/// now; else an empty text. Throws ConfigError.
std::string apply_override(ConfigValue::Table& document, std::string_view option, std::string_view assignment);
/// The same for a value that is given apart: --seed 3.
std::string apply_override(ConfigValue::Table& document, std::string_view table, std::string_view key,
                           ConfigValue value);

/// Parses one TOML value ("4.0", "\"floor\"", "[1, 2]"). Throws ConfigError.
ConfigValue parse_toml_value(std::string_view text, const Place& place);

/// The value as TOML, on one line; numbers read back to the same bits.
std::string toml_text(const ConfigValue& value);
std::string toml_text(double value);
std::string toml_text(std::string_view value);

}  // namespace hetsyn
