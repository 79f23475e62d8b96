#pragma once
#include <string>
#include <utility>

#include "base/error.hpp"

namespace hetsyn {

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

/// A wrong command line.
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
