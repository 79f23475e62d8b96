#pragma once
#include <stdexcept>
#include <string>
#include <utility>

/// The exceptions of the engine. Other exceptions that leave it are those of the standard library (std::bad_alloc).
namespace hetsyn {

/// Base of every error the engine raises on purpose; `what()` is one sentence for the user.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// Exit code of the program: 1 the run failed, 2 usage or configuration.
  [[nodiscard]] virtual int exit_code() const noexcept { return 1; }
};

/// A file, sample or buffer that does not hold what its format promises.
class DataError : public Error {
 public:
  using Error::Error;
};

/// In a dry run: data that a run would make first, so that nothing can be said of the run yet.
class DataToBeMade : public DataError {
 public:
  using DataError::DataError;
};

/// A plugin that cannot be loaded or broke its contract.
class PluginError : public Error {
 public:
  using Error::Error;
};

/// Work that cannot be completed: a disk is full, a directory not writable, a file damaged, a loss has diverged.
class RunError : public Error {
 public:
  using Error::Error;
};

/// A request that cannot be met as it stands: a wrong command line, a wrong argument, a wrong order of calls.
class UsageError : public Error {
 public:
  using Error::Error;
  [[nodiscard]] int exit_code() const noexcept override { return 2; }
};

/// A wrong configuration value; the message already names file, line, key and expectation.
class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& message, std::string key = {}) : Error(message), key_(std::move(key)) {}
  [[nodiscard]] int exit_code() const noexcept override { return 2; }
  /// Dotted name of the offending key, e.g. "train.batch"; empty where none applies.
  [[nodiscard]] const std::string& key() const noexcept { return key_; }

 private:
  std::string key_;
};

}  // namespace hetsyn
