#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hetsyn::cli {

/// A child process that has ended: its exit code, or the signal that ended it.
struct EndedJob {
  std::size_t id = 0;
  int exit_code = -1;
  int signal = 0;
};

/// Child processes, each of which runs a function. Use it only while this process has one thread. Each child is in a
/// process group of its own, so that Ctrl-C in a terminal reaches only the parent, and gets SIGTERM if the parent dies.
class JobPool {
 public:
  JobPool() = default;
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;

  /// Starts a child, which exits with the result of `body`. Its output is appended to `log`. Throws RunError.
  void start(std::size_t id, const std::filesystem::path& log, const std::function<int()>& body);
  /// The children that have ended since the last call. Does not block.
  std::vector<EndedJob> ended();
  void signal_all(int signal) const;

  [[nodiscard]] std::size_t size() const { return ids_.size(); }

 private:
  std::map<::pid_t, std::size_t> ids_;
};

}  // namespace hetsyn::cli
