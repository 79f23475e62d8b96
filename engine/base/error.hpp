#pragma once
#include <stdexcept>
#include <string>
#include <system_error>

namespace hetsyn {

/// Base of every error that is raised on purpose; `what()` is one sentence for the user.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// Exit code of the program: 1 the run failed, 2 usage or configuration.
  [[nodiscard]] virtual int exit_code() const noexcept { return 1; }
};

/// Work that cannot be completed: a disk is full, a directory not writable, a file damaged, a loss has diverged.
class RunError : public Error {
 public:
  using Error::Error;
};

/// What an errno means: "No space left on device".
inline std::string error_text(int number) { return std::generic_category().message(number); }

}  // namespace hetsyn
