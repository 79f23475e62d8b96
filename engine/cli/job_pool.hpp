#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hetsyn::cli {

/// A process that ended: its exit code, or the signal that ended it.
struct EndedJob {
  std::size_t id = 0;
  int exit_code = -1;
  int signal = 0;
};

/// Children of this process, each running a function of its own. To be used while the process has one thread. Children
/// are in process groups of their own, so that a terminal's Ctrl-C reaches the parent alone, and get SIGTERM when the
/// parent dies.
class JobPool {
 public:
  JobPool() = default;
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;

  /// Starts a child whose exit code is what `body` returns; what it prints is appended to `log`. Throws RunError.
  void start(std::size_t id, const std::filesystem::path& log, const std::function<int()>& body);
  /// Those that ended since the last call.
  std::vector<EndedJob> ended();
  void signal_all(int signal) const;

  [[nodiscard]] std::size_t size() const { return ids_.size(); }

 private:
  std::map<::pid_t, std::size_t> ids_;
};

}  // namespace hetsyn::cli
