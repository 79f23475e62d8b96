#include "cli/interrupt.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <hetsyn/exceptions.hpp>
#include <string_view>

#include "cli/terminal.hpp"

namespace hetsyn::cli {
namespace {

std::atomic<bool> stop{false}, announces{true}, clears_line{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

// Uses only functions that POSIX allows in signal handlers.
void write_to_error(std::string_view text) { static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size())); }

/// Writes a line of its own, in place of a progress bar and of the "^C" that the terminal has added to it.
void say(std::string_view text) {
  if (!announces) return;
  write_to_error(clears_line ? "\r\x1b[K" : "\n");
  write_to_error(text);
}

void on_signal(int /*signal*/) {
  const int interrupted_errno = errno;
  if (stop.exchange(true)) {
    say("engine: stopped at once\n");
    ::_exit(kExitInterrupted);
  }
  say("engine: finishing the current batch; interrupt again to stop at once\n");
  errno = interrupted_errno;
}

}  // namespace

const std::atomic<bool>& stop_on_signal(bool announce) {
  announces = announce;
  clears_line = terminal_of(STDERR_FILENO).redraws;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  return stop;
}

}  // namespace hetsyn::cli
