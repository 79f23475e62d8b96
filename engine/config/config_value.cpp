#include "config/config_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hetsyn {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default:
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
          out += fmt::format("\\u{:04X}", byte);
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

}  // namespace

std::string Place::text() const { return line == 0 ? source : fmt::format("{}:{}", source, line); }

bool ConfigValue::number(double& out) const {
  if (const auto* integer = as<std::int64_t>()) {
    out = static_cast<double>(*integer);
    return true;
  }
  if (const auto* real = as<double>()) {
    out = *real;
    return true;
  }
  return false;
}

const ConfigValue* find(const ConfigValue::Table& table, std::string_view key) {
  const auto at = std::find_if(table.begin(), table.end(), [&](const ConfigEntry& entry) { return entry.key == key; });
  return at == table.end() ? nullptr : &at->value;
}

const ConfigValue* find_dotted(const ConfigValue::Table& document, std::string_view key) {
  const std::size_t dot = key.find('.');
  const ConfigValue* const outer = find(document, key.substr(0, dot));
  const auto* const table = outer == nullptr ? nullptr : outer->as<ConfigValue::Table>();
  return table == nullptr || dot == std::string_view::npos ? nullptr : find(*table, key.substr(dot + 1));
}

std::string toml_text(double value) {
  std::string text = fmt::format("{}", value);  // the shortest text that is read back as the same bits
  if (text.find_first_of(".ein") == std::string::npos) text += ".0";
  return text;
}

std::string toml_text(std::string_view value) { return quoted(value); }

std::string toml_text(const ConfigValue& value) {
  struct Writer {
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return fmt::format("{}", v); }
    std::string operator()(double v) const { return toml_text(v); }
    std::string operator()(const std::string& v) const { return quoted(v); }
    std::string operator()(const ConfigValue::List& list) const {
      std::string out;
      for (const ConfigValue& item : list) out += (out.empty() ? "" : ", ") + toml_text(item);
      return "[" + out + "]";
    }
    std::string operator()(const ConfigValue::Table& table) const {
      std::string out;
      for (const auto& [key, item] : table) out += (out.empty() ? "" : ", ") + key + " = " + toml_text(item);
      return "{ " + out + " }";
    }
  };
  return std::visit(Writer{}, value.value);
}

}  // namespace hetsyn
