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

/// A value in JSON text that others may have written or edited, with its place. All JSON of the engine is read through
/// it: what is not as expected is a DataError, "runs/a/summary.json: metrics.test.loss: expected a number, not a text".
class JsonValue {
 public:
  /// The value that `text` holds; `source` names it in errors. Throws DataError for a text that is not JSON or is
  /// nested too deeply.
  static JsonValue parse(std::string_view text, std::string source);

  /// The member of an object. Throws DataError where this is not an object, or it lacks the member.
  [[nodiscard]] JsonValue at(const std::string& key) const;
  /// The member of an object; none where it is absent or null.
  [[nodiscard]] std::optional<JsonValue> find(const std::string& key) const;
  [[nodiscard]] std::vector<std::pair<std::string, JsonValue>> members() const;
  [[nodiscard]] std::vector<JsonValue> items() const;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] double number() const;
  /// A whole number from 0 up.
  [[nodiscard]] std::uint64_t count() const;

  /// The members' values where they are present, or what they are without.
  [[nodiscard]] std::string text_or(const std::string& key, const std::string& otherwise) const;
  [[nodiscard]] std::optional<double> number_if_any(const std::string& key) const;

  [[nodiscard]] const nlohmann::ordered_json& json() const { return *value_; }
  /// Throws the DataError.
  [[noreturn]] void refuse(std::string_view expected) const;

 private:
  using Json = nlohmann::ordered_json;
  JsonValue(std::shared_ptr<const Json> value, std::string source, std::string path)
      : value_(std::move(value)), source_(std::move(source)), path_(std::move(path)) {}
  [[nodiscard]] JsonValue child(const Json& value, const std::string& name) const;
  void require(bool holds, std::string_view expected) const {
    if (!holds) refuse(expected);
  }

  std::shared_ptr<const Json> value_;  ///< keeps all of the text's values
  std::string source_, path_;
};

/// The object in a file. Throws DataError naming it where it holds something else, and RunError where it cannot be
/// read.
JsonValue read_json_object(const std::filesystem::path& file);

}  // namespace hetsyn
