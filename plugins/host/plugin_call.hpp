#pragma once
#include <sys/types.h>

#include <cfenv>
#include <cstdint>

namespace hetsyn {

/// A function of a plugin, and the sample that it is called for.
struct PluginFunction {
  const char* name;             ///< "fill"
  const char* split = nullptr;  ///< null: no sample
  std::uint64_t index = 0;
};

/// Puts back how this thread rounds and treats subnormal numbers: a plugin that changes it, or was linked with
/// -ffast-math, must not change what the engine computes.
class KeptFloatEnvironment {
 public:
  KeptFloatEnvironment() noexcept { std::fegetenv(&kept_); }
  ~KeptFloatEnvironment() { std::fesetenv(&kept_); }
  KeptFloatEnvironment(const KeptFloatEnvironment&) = delete;
  KeptFloatEnvironment& operator=(const KeptFloatEnvironment&) = delete;

 private:
  std::fenv_t kept_{};
};

/// While it lives, this thread runs code of a plugin. Where that code crashes (a fatal signal) or ends the process
/// (exit), one line on standard error says which task, file and function it was; the process then ends by the same
/// signal, or with exit code 1.
class PluginCall {
 public:
  /// The texts outlive the call.
  PluginCall(const char* task, const char* file, const PluginFunction& function) noexcept;
  ~PluginCall();
  PluginCall(const PluginCall&) = delete;
  PluginCall& operator=(const PluginCall&) = delete;

  [[nodiscard]] const char* task() const { return task_; }
  [[nodiscard]] const char* file() const { return file_; }
  [[nodiscard]] const PluginFunction& function() const { return function_; }
  /// Whether the call is of this process, and not of one that the plugin has forked.
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
