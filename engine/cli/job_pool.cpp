#include "cli/job_pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <hetsyn/exceptions.hpp>
#include <system_error>

#include "base/error_text.hpp"

namespace hetsyn::cli {
namespace {

/// Never returns, since the parent's code must not run twice; an exception ends the process by a signal.
[[noreturn]] void be_child(::pid_t parent, const std::filesystem::path& log,
                           const std::function<int()>& body) noexcept {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(kExitInterrupted);  // it ended before PR_SET_PDEATHSIG was set
  const int in = ::open("/dev/null", O_RDONLY);
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  if (in < 0 || out < 0 || ::dup2(in, STDIN_FILENO) < 0 || ::dup2(out, STDOUT_FILENO) < 0 ||
      ::dup2(out, STDERR_FILENO) < 0) {
    ::_exit(kExitFailure);
  }
  const int code = body();
  std::fflush(stdout);
  ::_exit(code);
}

}  // namespace

void JobPool::start(std::size_t id, const std::filesystem::path& log, const std::function<int()>& body) {
  std::fflush(stdout);  // otherwise the child would print the buffer again
  const ::pid_t parent = ::getpid(), child = ::fork();
  if (child < 0) {
    throw RunError(fmt::format("cannot start another process: {}", error_text(errno)));
  }
  if (child == 0) be_child(parent, log, body);
  ids_.emplace(child, id);
}

std::vector<EndedJob> JobPool::ended() {
  std::vector<EndedJob> out;
  for (auto job = ids_.begin(); job != ids_.end();) {
    int status = 0;
    if (::waitpid(job->first, &status, WNOHANG) != job->first) {
      ++job;
      continue;
    }
    EndedJob end{.id = job->second};
    if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    out.push_back(end);
    job = ids_.erase(job);
  }
  return out;
}

void JobPool::signal_all(int signal) const {
  for (const auto& [process, id] : ids_) ::kill(process, signal);
}

}  // namespace hetsyn::cli
