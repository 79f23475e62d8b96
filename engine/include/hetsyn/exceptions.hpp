#pragma once
#include <stdexcept>
#include <string>
#include <utility>

/// The exceptions that the engine throws, besides those of the standard library such as std::bad_alloc, and the exit
/// codes of its program.
namespace hetsyn {

inline constexpr int kExitSuccess = 0;
inline constexpr int kExitFailure = 1;        ///< the run failed
inline constexpr int kExitUsage = 2;          ///< the command line or the configuration is wrong
inline constexpr int kExitInterrupted = 130;  ///< a signal ended the run; 128 + SIGINT, as shells report it

/// Base of all errors that the engine throws. what() is one sentence for the user.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// What the program exits with after this error.
  [[nodiscard]] virtual int exit_code() const noexcept { return kExitFailure; }
};

/// A file, sample or buffer that does not conform to its format.
class DataError : public Error {
 public:
  using Error::Error;
};

/// Thrown in a dry run where the run would first make its data, which a dry run does not.
class DataToBeMade : public DataError {
 public:
  using DataError::DataError;
};

/// A plugin that cannot be loaded or that broke its contract.
class PluginError : public Error {
 public:
  using Error::Error;
};

/// Work that cannot be completed: the disk is full, a directory is not writable, a file is damaged, the loss diverged.
class RunError : public Error {
 public:
  using Error::Error;
};

/// A wrong request: a command line, an argument or an order of calls that the engine does not accept.
class UsageError : public Error {
 public:
  using Error::Error;
  [[nodiscard]] int exit_code() const noexcept override { return kExitUsage; }
};

/// A wrong value in a configuration. The message names file, line, key and what was expected.
class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& message, std::string key = {}) : Error(message), key_(std::move(key)) {}
  [[nodiscard]] int exit_code() const noexcept override { return kExitUsage; }
  /// Dotted name of the offending key, e.g. "train.batch"; empty where none applies.
  [[nodiscard]] const std::string& key() const noexcept { return key_; }

 private:
  std::string key_;
};

}  // namespace hetsyn
