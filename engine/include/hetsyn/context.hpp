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
  int threads = 0;  ///< of each session and network that does not set run.threads; 0: one per core
  /// Is given the messages of all sessions and networks; null drops them. It is called from the thread that works, by
  /// several threads at once where several sessions do; an exception that it throws reaches the caller of the session.
  std::function<void(LogLevel level, std::string_view message)> log = {};
  /// Directories with task plugins, or plugins, that are looked at before those of HETSYN_PLUGIN_PATH and of the
  /// installation that this library is from.
  std::vector<std::filesystem::path> plugin_path = {};
  std::vector<std::filesystem::path> data_path = {};  ///< where tasks look for their data; empty: HETSYN_DATA
  std::filesystem::path cache_path = {};  ///< for derived files; empty: $XDG_CACHE_HOME/hetsyn or ~/.cache/hetsyn
};

/// What sessions and networks share: where they look for files, whom they tell what they do, and when they stop. It
/// outlives them. All functions may be called from any thread; stop() also from a signal handler.
class Context {
 public:
  explicit Context(ContextOptions options = {}) : options_(std::move(options)) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const ContextOptions& options() const { return options_; }

  /// Makes all trainings of this context end in good order after their current optimizer step, with a checkpoint, and
  /// evaluations after their current batch. It stays so until resume().
  void stop() noexcept { stop_ = true; }
  void resume() noexcept { stop_ = false; }
  [[nodiscard]] const std::atomic<bool>& stopped() const noexcept { return stop_; }

 private:
  ContextOptions options_;
  std::atomic<bool> stop_{false};
};

}  // namespace hetsyn
