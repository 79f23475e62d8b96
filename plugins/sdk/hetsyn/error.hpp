#pragma once
#include <stdexcept>
#include <string>
#include <utility>

/// Exceptions for tasks. Any other std::exception also becomes a failure, with what() as the message.
namespace hetsyn::sdk {

/// A config value that the schema allows but the task cannot use. Throw it from the constructor or from info().
class ConfigError : public std::runtime_error {
 public:
  ConfigError(std::string key, const std::string& message) : std::runtime_error(message), key_(std::move(key)) {}
  /// The key as in the schema, without "task.".
  [[nodiscard]] const std::string& key() const noexcept { return key_; }

 private:
  std::string key_;
};

/// The data were not found. The message should name the paths tried and what to do. Throw it from the constructor.
class NoData : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// In a dry run: a run would first make data. The message should say which, and how long that takes. Throw it from the
/// constructor if OpenArgs::dry_run() is true.
class DataToBeMade : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The task breaks a rule of the contract. Thrown by the SDK; the engine adds the plugin's file to the message.
class ContractError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Other failures: a damaged file, a sample that cannot be made.
class TaskError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace hetsyn::sdk
