// The only file that uses the TOML library.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <hetsyn/exceptions.hpp>

#include "base/files.hpp"
#include "config/config_value.hpp"
#include "core/toml_text.hpp"

namespace hetsyn {
namespace {

ConfigValue convert(const toml::node& node, const Place& origin, const std::string& key);

ConfigValue::Table convert_table(const toml::table& table, const Place& origin, const std::string& parent) {
  ConfigValue::Table out;
  for (const auto& [key, node] : table) {
    std::string name(key.str());
    ConfigValue value = convert(node, origin, parent.empty() ? name : fmt::format("{}.{}", parent, name));
    out.push_back({std::move(name), std::move(value)});
  }
  return out;
}

/// `origin` is a file, in which each node knows its line, or an option, which has no lines.
ConfigValue convert(const toml::node& node, const Place& origin, const std::string& key) {
  ConfigValue out;
  out.place = origin;
  if (origin.line != 0) out.place.line = node.source().begin.line;
  if (const auto* boolean = node.as_boolean()) {
    out.value = boolean->get();
  } else if (const auto* integer = node.as_integer()) {
    out.value = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    out.value = real->get();
  } else if (const auto* text = node.as_string()) {
    out.value = text->get();
  } else if (const auto* array = node.as_array()) {
    ConfigValue::List list;
    for (const toml::node& item : *array) list.push_back(convert(item, origin, key));
    out.value = std::move(list);
  } else if (const auto* table = node.as_table()) {
    out.value = convert_table(*table, origin, key);
  } else {
    throw ConfigError(
        fmt::format("{}: {}: dates and times are not used here; expected a number, a text, true or false, a list or a "
                    "table",
                    out.place.text(), key),
        key);
  }
  return out;
}

/// Whether the text begins with the byte order mark of UTF-16, or with an ASCII character in UTF-16.
bool is_utf16(std::string_view text) {
  const bool half_empty = text.size() >= 2 && (text[0] == '\0') != (text[1] == '\0');
  return half_empty || text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

}  // namespace

ConfigValue::Table parse_toml(const std::string& text, const std::string& source) {
  if (is_utf16(text)) throw ConfigError(fmt::format("{}: is a text in UTF-16; expected UTF-8", source));
  if (const std::size_t at = stray_character(text); at != std::string::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw ConfigError(fmt::format("{}:{}: not valid TOML: a character beyond ASCII outside quotes or after a backslash",
                                  source, line));
  }
  try {
    return convert_table(toml::parse(text, source), Place{source, 1}, "");
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    throw ConfigError(fmt::format("{}:{}:{}: not valid TOML: {}", source, at.line, at.column, error.description()));
  }
}

ConfigValue::Table read_toml_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) {
    throw ConfigError(fmt::format("{}: is a directory; expected a TOML file", path));
  }
  if (!std::filesystem::exists(path))
    throw ConfigError(fmt::format("{}: no such configuration file, or it cannot be read", path));
  try {
    return parse_toml(read_file(path), path);
  } catch (const RunError& error) {
    throw ConfigError(error.what());
  }
}

ConfigValue parse_toml_value(std::string_view text, const Place& place) {
  if (stray_character(text) != std::string_view::npos) {
    throw ConfigError(fmt::format("{}: not a TOML value: a character beyond ASCII outside quotes or after a backslash",
                                  place.text()));
  }
  try {
    const toml::table parsed = toml::parse(fmt::format("v = {}", text));
    // A line break in the text could add further keys.
    if (parsed.size() == 1) return convert(*parsed.get("v"), place, "");
    throw ConfigError(fmt::format("{}: expected one TOML value", place.text()));
  } catch (const toml::parse_error& error) {
    throw ConfigError(fmt::format("{}: not a TOML value: {}", place.text(), error.description()));
  }
}

std::string apply_override(ConfigValue::Table& document, std::string_view option, std::string_view assignment) {
  const Place place{fmt::format("{} {}", option, assignment)};
  const std::size_t equals = assignment.find('=');
  const std::string_view path = assignment.substr(0, equals);
  const std::size_t dot = path.find('.');
  if (equals == std::string_view::npos || dot == std::string_view::npos || dot == 0 || dot + 1 == path.size() ||
      path.find('.', dot + 1) != std::string_view::npos) {
    throw ConfigError(fmt::format("{}: expected table.key=value, as in {} train.batch=16", place.text(), option));
  }
  const std::string_view text = assignment.substr(equals + 1);
  ConfigValue value;
  try {
    value = parse_toml_value(text, place);
  } catch (const ConfigError&) {
    const bool looks_like_toml = text.empty() || std::string_view("[{\"'").find(text.front()) != std::string_view::npos;
    if (looks_like_toml) throw;
    value = ConfigValue{std::string(text), place};  // a bare word, such as a name or a path
  }
  return apply_override(document, path.substr(0, dot), path.substr(dot + 1), std::move(value));
}

std::string apply_override(ConfigValue::Table& document, std::string_view table, std::string_view key,
                           ConfigValue value) {
  const auto named = [](std::string_view name) {
    return [name](const ConfigEntry& entry) { return entry.key == name; };
  };
  auto outer = std::find_if(document.begin(), document.end(), named(table));
  if (outer == document.end()) {
    document.push_back({std::string(table), ConfigValue{ConfigValue::Table{}, value.place}});
    outer = document.end() - 1;
  }
  auto* entries = std::get_if<ConfigValue::Table>(&outer->value.value);
  if (entries == nullptr) return {};  // check_table_names() reports it with its place
  const auto inner = std::find_if(entries->begin(), entries->end(), named(key));
  if (inner == entries->end()) {
    entries->push_back({std::string(key), std::move(value)});
    return {};
  }
  const bool overrides_option = inner->value.place.line == 0 && toml_text(inner->value) != toml_text(value);
  const std::string earlier = inner->value.place.text();
  inner->value = std::move(value);
  return overrides_option ? fmt::format("{} has no effect, as {} comes after it", earlier, inner->value.place.text())
                          : std::string();
}

}  // namespace hetsyn
