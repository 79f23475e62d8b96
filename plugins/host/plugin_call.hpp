#pragma once
#include <sys/types.h>

#include <cfenv>
#include <cstdint>

namespace hetsyn {

/// A function of a plugin, and the sample for which it is called.
struct PluginFunction {
  const char* name;             ///< "fill"
  const char* split = nullptr;  ///< null: not for a sample
  std::uint64_t index = 0;
};

/// Restores this thread's rounding mode and treatment of subnormal numbers: a plugin that changes them, or was linked
/// with -ffast-math, must not change what the engine computes.
class KeptFloatEnvironment {
 public:
  KeptFloatEnvironment() noexcept { std::fegetenv(&kept_); }
  ~KeptFloatEnvironment() { std::fesetenv(&kept_); }
  KeptFloatEnvironment(const KeptFloatEnvironment&) = delete;
  KeptFloatEnvironment& operator=(const KeptFloatEnvironment&) = delete;

 private:
  std::fenv_t kept_{};
};

/// While it exists, this thread runs code of a plugin. If that code crashes (a fatal signal) or ends the process
/// (exit), one line on standard error names task, file and function; the process then ends by the same signal, or with
/// exit code 1.
class PluginCall {
 public:
  /// The texts must outlive the call.
  PluginCall(const char* task, const char* file, const PluginFunction& function) noexcept;
  ~PluginCall();
  PluginCall(const PluginCall&) = delete;
  PluginCall& operator=(const PluginCall&) = delete;

  [[nodiscard]] const char* task() const { return task_; }
  [[nodiscard]] const char* file() const { return file_; }
  [[nodiscard]] const PluginFunction& function() const { return function_; }
  /// False in a process that the plugin has forked.
  [[nodiscard]] bool is_of_this_process() const;

 private:
  const char* task_;
  const char* file_;
  PluginFunction function_;
  ::pid_t process_;
  const PluginCall* outer_;
  KeptFloatEnvironment float_environment_;
};

}  // namespace hetsyn
