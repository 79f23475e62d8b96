#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A configuration before it is checked: values with the place of each.
namespace hetsyn {

/// Where a value was written: a line of a file, or a command-line option.
struct Place {
  std::string source;          ///< "configs/shd.toml", or "--set train.batch=-1"
  std::size_t line = 0;        ///< 0: not in a file
  bool over_a_config = false;  ///< the value of a sweep, which overrides the base

  /// Whether it overrides a config: given by an option or a sweep.
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
  /// Sets `out` to the value and returns true if it is an integer or a real.
  [[nodiscard]] bool number(double& out) const;
};

struct ConfigEntry {
  std::string key;
  ConfigValue value;
};

/// The entry `key` of `table`; null if there is none.
const ConfigValue* find(const ConfigValue::Table& table, std::string_view key);

/// The value of a key such as "train.batch"; null if there is none.
const ConfigValue* find_dotted(const ConfigValue::Table& document, std::string_view key);

/// Parses a TOML document; places and messages name the file `source`. Throws ConfigError with file, line and column if
/// it is not valid TOML.
ConfigValue::Table parse_toml(const std::string& text, const std::string& source);

/// Reads a TOML file. Throws ConfigError, with file, line and column, if it cannot be read or is not valid TOML.
ConfigValue::Table read_toml_file(const std::string& path);

/// Applies `table.key=value` on top of `document`. The value is TOML; a bare word is a text. Messages name `option`
/// ("--set"). Returns a sentence if an earlier option gave the key another value, which now has no effect, otherwise an
/// empty text. Throws ConfigError.
std::string apply_override(ConfigValue::Table& document, std::string_view option, std::string_view assignment);
/// The same for an option with a separate value: --seed 3.
std::string apply_override(ConfigValue::Table& document, std::string_view table, std::string_view key,
                           ConfigValue value);

/// Parses one TOML value ("4.0", "\"floor\"", "[1, 2]"). Throws ConfigError.
ConfigValue parse_toml_value(std::string_view text, const Place& place);

/// The value as TOML, on one line. Numbers are read back as the same bits.
std::string toml_text(const ConfigValue& value);
std::string toml_text(double value);
std::string toml_text(std::string_view value);

}  // namespace hetsyn
