#include "host/probe.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/error.hpp"
#include "host/task_plugin.hpp"

namespace hetsyn {
namespace {

constexpr int kTimeoutMs = 10000;

/// Never returns. Writes one byte to `report` when the plugin was loaded, or refused without harm.
[[noreturn]] void run_child(const std::filesystem::path& path, int report) {
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGINT}) std::signal(number, SIG_DFL);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  try {
    load_plugin(path);
  } catch (...) {  // NOLINT(bugprone-empty-catch): the parent meets the same error and reports it
  }
  const char done = 1;
  const bool told = write(report, &done, 1) == 1;
  _exit(told ? 0 : 1);
}

/// True if the child wrote its byte within the time limit; false if it ended without. Throws where it hangs.
bool wait_for_report(int report, pid_t child) {
  pollfd entry{report, POLLIN, 0};
  int ready = 0;
  do {
    ready = poll(&entry, 1, kTimeoutMs);
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) {
    kill(child, SIGKILL);
    return false;
  }
  char done = 0;
  return read(report, &done, 1) == 1;
}

int wait_for_end(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    if (number == SIGKILL) return fmt::format("does not come back within {} s when it is loaded", kTimeoutMs / 1000);
    return fmt::format("crashes when it is loaded: signal {} ({})", number, strsignal(number));
  }
  return fmt::format("ends the process with status {} when it is loaded", WEXITSTATUS(status));
}

}  // namespace

void probe_plugin(const std::filesystem::path& path) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw RunError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    run_child(path, ends[1]);
  }
  const int fork_error = errno;
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    throw RunError(fmt::format("cannot start a process: {}", std::strerror(fork_error)));
  }
  const bool survived = wait_for_report(ends[0], child);
  close(ends[0]);
  const int status = wait_for_end(child);
  if (!survived) throw PluginError(describe_end(status));
}

}  // namespace hetsyn
