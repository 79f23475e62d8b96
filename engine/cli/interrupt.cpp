#include "cli/interrupt.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <hetsyn/exceptions.hpp>
#include <string_view>

namespace hetsyn::cli {
namespace {

std::atomic<bool> stop{false}, announces{true};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

// Uses only functions that POSIX allows in signal handlers.
void say(std::string_view text) {
  if (announces) static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
}

void on_signal(int /*signal*/) {
  const int interrupted_errno = errno;
  if (stop.exchange(true)) {
    say("\nengine: stopped at once\n");
    ::_exit(kExitInterrupted);
  }
  say("\nengine: finishing the current batch; interrupt again to stop at once\n");
  errno = interrupted_errno;
}

}  // namespace

const std::atomic<bool>& stop_on_signal(bool announce) {
  announces = announce;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  return stop;
}

}  // namespace hetsyn::cli
