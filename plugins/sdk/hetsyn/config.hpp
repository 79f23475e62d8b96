#pragma once
#include <hetsyn_task.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hetsyn/detail/text.hpp"
#include "hetsyn/error.hpp"

/// The keys of a task's [task] table, and their values when it is opened.
namespace hetsyn::sdk {

/// A key: `Key::real("cue_hz", 40.0, "Rate of a cue").unit("Hz").between(0.0, 1000.0)`. The engine checks type, range
/// and choices before the task gets the value.
class Key {
 public:
  static Key boolean(std::string name, bool value, std::string help) {
    return {std::move(name), HETSYN_BOOL, value ? "true" : "false", std::move(help)};
  }
  static Key integer(std::string name, std::int64_t value, std::string help) {
    return {std::move(name), HETSYN_INT, std::to_string(value), std::move(help)};
  }
  static Key real(std::string name, double value, std::string help) {
    return {std::move(name), HETSYN_REAL, literal(value), std::move(help)};
  }
  static Key text(std::string name, std::string_view value, std::string help) {
    return {std::move(name), HETSYN_STRING, literal(value), std::move(help)};
  }

  /// A file or folder. The task gets an absolute path, or "" if the value is empty.
  static Key path(std::string name, std::string_view value, std::string help) {
    return {std::move(name), HETSYN_PATH, literal(value), std::move(help)};
  }

  Key unit(std::string unit) && {
    unit_ = std::move(unit);
    return std::move(*this);
  }
  Key between(double minimum, double maximum) && {
    minimum_ = minimum;
    maximum_ = maximum;
    return std::move(*this);
  }
  Key at_least(double minimum) && { return std::move(*this).between(minimum, std::numeric_limits<double>::infinity()); }
  /// For texts: the allowed values, "floor|paper".
  Key choices(std::string choices) && {
    choices_ = std::move(choices);
    return std::move(*this);
  }

  /// Declares that the key only says where files are found or kept: the same content elsewhere is the same data. Paths
  /// are declared so automatically.
  Key placement() && { return std::move(*this).role(HETSYN_KEY_PLACEMENT); }
  /// Declares that the key only says how the data are called.
  Key presentation() && { return std::move(*this).role(HETSYN_KEY_PRESENTATION); }

  /// The key as a C struct; valid while this object exists and is not moved.
  [[nodiscard]] hetsyn_key view() const {
    return {name_.c_str(),    type_,         unit_.c_str(), default_.c_str(), minimum_, maximum_,
            choices_.c_str(), help_.c_str(), role_};
  }

 private:
  Key(std::string name, std::int32_t type, std::string value, std::string help)
      : name_(std::move(name)), type_(type), default_(std::move(value)), help_(std::move(help)) {}

  Key role(std::int32_t role) && {
    role_ = role;
    return std::move(*this);
  }

  /// A number in TOML: the shortest text that is read back as the same number, with a point.
  static std::string literal(double value) {
    std::string result = detail::shortest(value);
    if (result.find_first_of(".en") == std::string::npos) result += ".0";
    return result;
  }
  static std::string literal(std::string_view value) {
    std::string result = "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
    return result + '"';
  }

  std::string name_;
  std::int32_t type_;
  std::string unit_, default_;
  double minimum_ = 0.0, maximum_ = 0.0;
  std::string choices_, help_;
  std::int32_t role_ = HETSYN_KEY_SAMPLES;
};

/// The arguments of a task's constructor; valid only during the constructor.
class OpenArgs {
 public:
  explicit OpenArgs(const hetsyn_open_args& args) : args_(args) {}

  [[nodiscard]] bool boolean(std::string_view key) const { return value(key, HETSYN_BOOL).integer != 0; }
  [[nodiscard]] std::int64_t integer(std::string_view key) const { return value(key, HETSYN_INT).integer; }
  /// An integer key for sizes and counts. Throws ConfigError for a value below 0 or above 32 bits.
  [[nodiscard]] std::uint32_t count(std::string_view key) const {
    constexpr std::int64_t kLargest = std::numeric_limits<std::uint32_t>::max();
    const std::int64_t value = integer(key);
    if (value < 0 || value > kLargest) {
      throw ConfigError(std::string(key),
                        std::to_string(value) + ": expected an integer from 0 to " + std::to_string(kLargest));
    }
    return static_cast<std::uint32_t>(value);
  }
  [[nodiscard]] double real(std::string_view key) const { return value(key, HETSYN_REAL).real; }
  [[nodiscard]] std::string text(std::string_view key) const { return value(key, HETSYN_STRING).string; }
  [[nodiscard]] std::filesystem::path path(std::string_view key) const { return value(key, HETSYN_PATH).string; }

  /// The seed of the run: for what stays the same during a run.
  [[nodiscard]] std::uint64_t seed() const { return args_.seed; }
  /// Directories in which to look for data, besides those in the task's own keys.
  [[nodiscard]] std::vector<std::filesystem::path> data_path() const {
    std::vector<std::filesystem::path> result;
    std::string_view rest = args_.data_path == nullptr ? "" : args_.data_path;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(':'), rest.size());
      if (end > 0) result.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return result;
  }
  /// A directory for derived files; it may not exist yet.
  [[nodiscard]] std::filesystem::path cache_path() const { return args_.cache_path == nullptr ? "" : args_.cache_path; }

  /// True if the user only wants to know what a run would do: then write nothing, neither data nor a cache.
  [[nodiscard]] bool dry_run() const {
    return args_.struct_size > offsetof(hetsyn_open_args, dry_run) && args_.dry_run != 0;
  }

  /// The largest number of threads that the constructor may use, that of the run; 0: one for each core.
  [[nodiscard]] std::uint32_t threads() const {
    return args_.struct_size > offsetof(hetsyn_open_args, threads) ? args_.threads : 0;
  }

  void info(const std::string& message) const { log(1, message); }
  void warning(const std::string& message) const { log(2, message); }

 private:
  void log(std::int32_t level, const std::string& message) const {
    if (args_.log != nullptr) args_.log(level, message.c_str());
  }
  [[nodiscard]] const hetsyn_value& value(std::string_view key, std::int32_t type) const {
    for (const hetsyn_value& candidate : std::span(args_.values, args_.value_count)) {
      if (candidate.name == key && candidate.type == type) return candidate;
    }
    throw ContractError("the task asks for a key '" + std::string(key) +
                        "' that its description() lacks or types otherwise");
  }

  const hetsyn_open_args& args_;
};

}  // namespace hetsyn::sdk
