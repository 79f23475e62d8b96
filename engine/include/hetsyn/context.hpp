#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace hetsyn {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct ContextOptions {
  int threads = 0;  ///< for each session and network that does not set run.threads; 0: one per core
  /// Receives the messages of all sessions and networks; null drops them. It is called from the thread that uses a
  /// session, so by several threads at once if several sessions are in use. An exception that it throws reaches the
  /// caller of the session.
  std::function<void(LogLevel level, std::string_view message)> log = {};
  /// Plugins, or directories with plugins, that are searched before those of HETSYN_PLUGIN_PATH and those of the
  /// installation that this library belongs to.
  std::vector<std::filesystem::path> plugin_path = {};
  std::vector<std::filesystem::path> data_path = {};  ///< where tasks look for their data; empty: HETSYN_DATA
  std::filesystem::path cache_path = {};  ///< for derived files; empty: $XDG_CACHE_HOME/hetsyn or ~/.cache/hetsyn
};

/// Settings that sessions and networks share: search paths, the log function, and whether they should stop. The context
/// must outlive them. All functions may be called from any thread, and stop() also from a signal handler.
class Context {
 public:
  explicit Context(ContextOptions options = {}) : options_(std::move(options)) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const ContextOptions& options() const { return options_; }

  /// Stops all trainings of this context after their current optimizer step, with a checkpoint, and all evaluations
  /// after their current batch. Stays in effect until resume().
  void stop() noexcept { stop_ = true; }
  void resume() noexcept { stop_ = false; }
  [[nodiscard]] const std::atomic<bool>& stopped() const noexcept { return stop_; }

 private:
  ContextOptions options_;
  std::atomic<bool> stop_{false};
};

}  // namespace hetsyn
