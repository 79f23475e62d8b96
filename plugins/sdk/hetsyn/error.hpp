#pragma once
#include <stdexcept>
#include <string>
#include <utility>

/// What a task throws. Any other std::exception is passed on too, as a failure with its what() as the message.
namespace hetsyn::sdk {

/// A config value that the schema allows and the task cannot use. Throw it from the constructor or from info().
class ConfigError : public std::runtime_error {
 public:
  ConfigError(std::string key, const std::string& message) : std::runtime_error(message), key_(std::move(key)) {}
  /// The key as the schema names it, without "task.".
  [[nodiscard]] const std::string& key() const noexcept { return key_; }

 private:
  std::string key_;
};

/// The data were not found; the message names the paths tried and what to do. Throw it from the constructor.
class NoData : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// In a dry run: a run would make the data first; the message says which, and how long that takes. Throw it from the
/// constructor where OpenArgs::dry_run() is true.
class DataToBeMade : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The task breaks a rule of the contract. The SDK throws it; the engine names the plugin's file.
class ContractError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Everything else that goes wrong: a damaged file, a sample that cannot be made.
class TaskError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace hetsyn::sdk
