#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hetsyn {

/// A value in JSON text that users may have written or edited, with its place. The engine reads all JSON through this
/// class: an unexpected value throws DataError, "runs/a/summary.json: metrics.test.loss: expected a number, not a
/// text".
class JsonValue {
 public:
  /// Parses `text`; `source` names it in messages. Throws DataError if it is not JSON or is nested too deeply.
  static JsonValue parse(std::string_view text, std::string source);

  /// A member of an object. Throws DataError if this is not an object or the member is missing.
  [[nodiscard]] JsonValue at(const std::string& key) const;
  /// A member of an object; empty if it is missing or null.
  [[nodiscard]] std::optional<JsonValue> find(const std::string& key) const;
  [[nodiscard]] std::vector<std::pair<std::string, JsonValue>> members() const;
  [[nodiscard]] std::vector<JsonValue> items() const;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] double number() const;
  /// An integer of 0 or more.
  [[nodiscard]] std::uint64_t count() const;

  /// The value of a member, or `otherwise` if it is missing or null.
  [[nodiscard]] std::string text_or(const std::string& key, const std::string& otherwise) const;
  [[nodiscard]] std::optional<double> number_if_any(const std::string& key) const;

  [[nodiscard]] const nlohmann::ordered_json& json() const { return *value_; }
  /// Throws a DataError that says what was expected here.
  [[noreturn]] void refuse(std::string_view expected) const;

 private:
  using Json = nlohmann::ordered_json;
  JsonValue(std::shared_ptr<const Json> value, std::string source, std::string path)
      : value_(std::move(value)), source_(std::move(source)), path_(std::move(path)) {}
  [[nodiscard]] JsonValue child(const Json& value, const std::string& name) const;
  void require(bool holds, std::string_view expected) const {
    if (!holds) refuse(expected);
  }

  std::shared_ptr<const Json> value_;  ///< also keeps the enclosing values alive
  std::string source_, path_;
};

/// Reads a file that contains a JSON object. Throws DataError, which names the file, if it contains anything else, and
/// RunError if it cannot be read.
JsonValue read_json_object(const std::filesystem::path& file);

}  // namespace hetsyn
