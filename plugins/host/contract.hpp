#pragma once
#include <fmt/format.h>
#include <hetsyn_task.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace hetsyn {

/// A plugin as its tasks see it: the functions to call, and who is speaking in messages.
struct Contract {
  std::string name;
  std::filesystem::path path;
  hetsyn_task table;

  [[noreturn]] void broken(std::string_view reason) const {
    throw PluginError(fmt::format("task '{}' ({}): {}", name, path.string(), reason));
  }
  /// Calls a function of the plugin and sees to it that the error texts end. What it throws against the rules is a
  /// failure.
  template <class Function, class... Args>
  hetsyn_status call(Function* function, hetsyn_error& error, Args... args) const {
    error = {};
    hetsyn_status status = HETSYN_FAILED;
    try {
      status = function(args..., &error);
    } catch (...) {
      fmt::format_to_n(error.message, sizeof error.message - 1, "{} threw an exception across the border of the plugin",
                       path.string());
    }
    error.key[sizeof error.key - 1] = '\0';
    error.message[sizeof error.message - 1] = '\0';
    return status;
  }
  /// The same, and throws DataError with the plugin's own message where it fails.
  template <class Function, class... Args>
  void call_checked(const char* what, Function* function, Args... args) const {
    hetsyn_error error;
    if (call(function, error, args...) != HETSYN_OK) fail(what, error);
  }
  [[noreturn]] void fail(std::string_view what, const hetsyn_error& error) const {
    throw DataError(fmt::format("task '{}', {}: {}", name, what,
                                error.message[0] != '\0' ? error.message : "the plugin gives no reason"));
  }
};

}  // namespace hetsyn
