#include "host/probe.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "core/error.hpp"
#include "host/task_plugin.hpp"

namespace hetsyn {
namespace {

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

enum class Report : std::uint8_t { done, ended, late };

Report wait_for_report(int report, std::chrono::milliseconds patience) {
  pollfd entry{report, POLLIN, 0};
  int ready = 0;
  do {
    ready = poll(&entry, 1, static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return Report::late;
  char done = 0;
  return read(report, &done, 1) == 1 ? Report::done : Report::ended;
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
    return fmt::format("crashes when it is loaded: signal {} ({})", number, strsignal(number));
  }
  return fmt::format("ends the process with status {} when it is loaded", WEXITSTATUS(status));
}

}  // namespace

void probe_plugin(const std::filesystem::path& path, std::chrono::milliseconds patience) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw RunError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  std::fflush(nullptr);  // or a child that calls exit() prints what waits in the buffers once more
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
  const Report report = wait_for_report(ends[0], patience);
  close(ends[0]);
  if (report == Report::late) kill(child, SIGKILL);
  const int status = wait_for_end(child);
  if (report == Report::late) {
    throw PluginError(fmt::format("does not come back within {} ms when it is loaded", patience.count()));
  }
  if (report == Report::ended) throw PluginError(describe_end(status));
}

}  // namespace hetsyn
