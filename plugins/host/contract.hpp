#pragma once
#include <fmt/format.h>
#include <hetsyn_task.h>

#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <string>
#include <string_view>

#include "host/plugin_call.hpp"
#include "host/text.hpp"

namespace hetsyn {

/// A plugin as its tasks use it: its functions, and the names for messages.
struct Contract {
  std::string name;
  std::filesystem::path path;
  hetsyn_task table;

  [[noreturn]] void broken(std::string_view reason) const {
    throw PluginError(fmt::format("task '{}' ({}): {}", name, path.string(), reason));
  }
  /// Calls a function of the plugin, which a crash report calls `what`, and terminates its error texts. An exception,
  /// which the contract forbids, throws PluginError.
  template <class Function, class... Args>
  hetsyn_status call(const PluginFunction& what, Function* function, hetsyn_error& error, Args... args) const {
    error = {};
    hetsyn_status status = HETSYN_BAD_TASK;
    try {
      const PluginCall running(name.c_str(), path.c_str(), what);
      status = function(args..., &error);
    } catch (...) {
      fmt::format_to_n(error.message, sizeof error.message - 1,
                       "{}() threw an exception across the border of the plugin", what.name);
    }
    error.key[sizeof error.key - 1] = '\0';
    error.message[sizeof error.message - 1] = '\0';
    return status;
  }
  /// The same; if the function fails, throws like fail().
  template <class Function, class... Args>
  void call_checked(const char* what, Function* function, Args... args) const {
    hetsyn_error error;
    const hetsyn_status status = call({what}, function, error, args...);
    if (status != HETSYN_OK) fail(what, status, error);
  }
  /// Throws the plugin's own message: as PluginError if the task is at fault, otherwise as DataError.
  [[noreturn]] void fail(std::string_view what, hetsyn_status status, const hetsyn_error& error) const {
    if (status == HETSYN_BAD_TASK) broken(fmt::format("{}: {}", what, reason_of(error)));
    throw DataError(fmt::format("task '{}', {}: {}", name, what, reason_of(error)));
  }
  static std::string reason_of(const hetsyn_error& error) {
    return error.message[0] != '\0' ? printable(error.message) : "the plugin gives no reason";
  }
  /// Calls a function that releases an object of the plugin. Ignores exceptions, since nobody could handle them.
  template <class Function, class... Args>
  void release(const char* what, Function* function, Args... args) const noexcept {
    const PluginCall running(name.c_str(), path.c_str(), {what});
    try {
      function(args...);
    } catch (...) {  // NOLINT(bugprone-empty-catch)
    }
  }
};

}  // namespace hetsyn
