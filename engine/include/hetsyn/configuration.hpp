#pragma once
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hetsyn {

/// The value of a configuration key: anything that TOML can represent.
struct Value {
  using List = std::vector<Value>;
  using Table = std::vector<std::pair<std::string, Value>>;
  std::variant<bool, std::int64_t, double, std::string, List, Table> data;

  Value(bool value) : data(value) {}                                           // NOLINT(google-explicit-constructor)
  Value(std::integral auto value) : data(static_cast<std::int64_t>(value)) {}  // NOLINT(google-explicit-constructor)
  Value(double value) : data(value) {}                                         // NOLINT(google-explicit-constructor)
  Value(const char* value) : data(std::string(value)) {}                       // NOLINT(google-explicit-constructor)
  Value(std::string value) : data(std::move(value)) {}                         // NOLINT(google-explicit-constructor)
  Value(List values) : data(std::move(values)) {}                              // NOLINT(google-explicit-constructor)
  Value(Table values) : data(std::move(values)) {}                             // NOLINT(google-explicit-constructor)
};

/// A configuration before it is checked: a file, values on top of a file, or only values. docs/configuration.md lists
/// the keys; they are checked when a session is made.
class Config {
 public:
  /// A configuration without keys: all have their defaults.
  Config();
  /// Reads a TOML file. Throws ConfigError, with line and column, if it cannot be read or is not TOML.
  static Config file(const std::filesystem::path& path);
  /// The same for a text; messages call it `name`.
  static Config text(const std::string& toml, const std::string& name = "configuration");
  ~Config();
  Config(const Config& other);
  Config& operator=(const Config& other);
  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;

  /// Sets one key, such as "train.seed" or "task.name". Throws ConfigError if the key does not name a table.
  Config& set(std::string_view key, const Value& value);

  struct Document;
  [[nodiscard]] const Document& document() const { return *document_; }

 private:
  std::unique_ptr<Document> document_;
};

}  // namespace hetsyn
