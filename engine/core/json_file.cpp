#include "core/json_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>

#include "base/files.hpp"

namespace hetsyn {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 64;  // the engine's own files have fewer than ten levels; the parser recurses once per level

std::string found(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "null";
    case Json::value_t::object: return "an object";
    case Json::value_t::array: return "a list";
    case Json::value_t::string: return "a text";
    default: return value.dump();  // a number, true or false
  }
}

/// "12:7": line and column, both from 1, of the byte at offset `byte`.
std::string line_and_column(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(text.size(), byte > 0 ? byte - 1 : 0));
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("{}:{}", 1 + std::ranges::count(before, '\n'), 1 + before.size() - line_begin);
}

}  // namespace

JsonValue JsonValue::parse(std::string_view text, std::string source) {
  const auto check_depth = [&](int depth, Json::parse_event_t /*event*/, const Json& /*value*/) {
    if (depth > kDeepest) throw DataError(fmt::format("{}: is nested in more than {} levels", source, kDeepest));
    return true;
  };
  try {
    auto value = std::make_shared<const Json>(Json::parse(text, check_depth));
    return {std::move(value), std::move(source), {}};
  } catch (const Json::parse_error& error) {
    throw DataError(fmt::format("{}:{}: is not JSON", source, line_and_column(text, error.byte)));
  } catch (const Json::exception&) {
    throw DataError(fmt::format("{}: has a number that is too large", source));
  }
}

JsonValue JsonValue::at(const std::string& key) const {
  require(value_->is_object(), "an object");
  const auto member = value_->find(key);
  if (member == value_->end()) {
    throw DataError(fmt::format("{}: {}{}{} is missing", source_, path_, path_.empty() ? "" : ".", key));
  }
  return child(*member, key);
}

std::optional<JsonValue> JsonValue::find(const std::string& key) const {
  require(value_->is_object(), "an object");
  const auto member = value_->find(key);
  return member == value_->end() || member->is_null() ? std::nullopt : std::optional(child(*member, key));
}

std::vector<std::pair<std::string, JsonValue>> JsonValue::members() const {
  require(value_->is_object(), "an object");
  std::vector<std::pair<std::string, JsonValue>> all;
  for (const auto& [key, value] : value_->items()) all.emplace_back(key, child(value, key));
  return all;
}

std::vector<JsonValue> JsonValue::items() const {
  require(value_->is_array(), "a list");
  std::vector<JsonValue> all;
  for (const Json& value : *value_) all.push_back(child(value, fmt::format("[{}]", all.size())));
  return all;
}

std::string JsonValue::text() const {
  require(value_->is_string(), "a text");
  return value_->get<std::string>();
}

bool JsonValue::boolean() const {
  require(value_->is_boolean(), "true or false");
  return value_->get<bool>();
}

double JsonValue::number() const {
  require(value_->is_number(), "a number");
  return value_->get<double>();
}

std::uint64_t JsonValue::count() const {
  require(value_->is_number_unsigned(), "a whole number from 0 up");
  return value_->get<std::uint64_t>();
}

std::string JsonValue::text_or(const std::string& key, const std::string& otherwise) const {
  const std::optional<JsonValue> member = find(key);
  return member ? member->text() : otherwise;
}

std::optional<double> JsonValue::number_if_any(const std::string& key) const {
  const std::optional<JsonValue> member = find(key);
  return member ? std::optional(member->number()) : std::nullopt;
}

void JsonValue::refuse(std::string_view expected) const {
  throw DataError(
      fmt::format("{}: {}expected {}, not {}", source_, path_.empty() ? "" : path_ + ": ", expected, found(*value_)));
}

JsonValue JsonValue::child(const Json& value, const std::string& name) const {
  const bool joined = path_.empty() || name.starts_with('[');
  return {std::shared_ptr<const Json>(value_, &value), source_, path_ + (joined ? "" : ".") + name};
}

JsonValue read_json_object(const std::filesystem::path& file) {
  JsonValue value = JsonValue::parse(read_file(file), file.string());
  if (!value.json().is_object()) value.refuse("an object");
  return value;
}

}  // namespace hetsyn
