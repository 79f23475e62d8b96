#include "host/plugin_call.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace hetsyn {
namespace {

struct FatalSignal {
  int number;
  std::string_view meaning;
};
constexpr std::array<FatalSignal, 5> kFatalSignals{{{SIGSEGV, "segmentation fault"},
                                                    {SIGBUS, "bus error"},
                                                    {SIGFPE, "arithmetic error"},
                                                    {SIGILL, "illegal instruction"},
                                                    {SIGABRT, "abort"}}};
std::array<struct sigaction, kFatalSignals.size()> earlier_actions;

/// The innermost call of this thread; null outside plugins.
thread_local const PluginCall* running = nullptr;

bool in_plugin() { return running != nullptr && running->is_of_this_process(); }

/// A line for standard error, built and written only with functions that POSIX allows in signal handlers.
class Line {
 public:
  Line& operator<<(std::string_view text) {
    const std::size_t size = std::min(text.size(), text_.size() - size_);
    std::copy_n(text.begin(), size, text_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += size;
    return *this;
  }
  Line& operator<<(std::uint64_t number) {
    std::array<char, 20> digits{};
    char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return *this << std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
  }
  void send() const { static_cast<void>(!::write(STDERR_FILENO, text_.data(), size_)); }

 private:
  std::array<char, 8192> text_{};
  std::size_t size_ = 0;
};

Line& operator<<(Line& line, const PluginCall& call) {
  const PluginFunction& function = call.function();
  line << "error: task '" << call.task() << "' (" << call.file() << "): " << function.name << "()";
  if (function.split != nullptr) line << ", split '" << function.split << "', sample " << function.index << ",";
  return line;
}

/// Restores the previous handler, which usually ends the process by this signal.
void on_fatal_signal(int number) {
  std::size_t which = 0;
  while (kFatalSignals[which].number != number) ++which;
  if (in_plugin()) {
    Line line;
    line << *running << " crashed: signal " << static_cast<std::uint64_t>(number) << " ("
         << kFatalSignals[which].meaning << ")\n";
    line.send();
  }
  sigaction(number, &earlier_actions[which], nullptr);
  raise(number);  // delivered when this handler returns
}

bool install_handlers() {
  struct sigaction action {};
  action.sa_handler = on_fatal_signal;
  action.sa_flags = SA_ONSTACK;
  for (std::size_t i = 0; i < kFatalSignals.size(); ++i) {
    sigaction(kFatalSignals[i].number, &action, &earlier_actions[i]);
  }
  return true;
}

/// What a thread needs to report that its plugin crashed or exited: a stack for the signal handler, since the thread's
/// own may have overflowed, and a destructor that exit() runs before anything else.
class ThreadWatch {
 public:
  ThreadWatch() {
    stack_t present{};
    if (sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0)
      return;  // a sanitizer has installed one
    stack_ = std::make_unique<std::byte[]>(kStackSize);
    const stack_t own{stack_.get(), 0, kStackSize};
    sigaltstack(&own, nullptr);
  }
  ~ThreadWatch() {
    if (in_plugin()) report_exit(*running);
    if (stack_ == nullptr) return;
    const stack_t none{nullptr, SS_DISABLE, 0};
    sigaltstack(&none, nullptr);
  }
  ThreadWatch(const ThreadWatch&) = delete;
  ThreadWatch& operator=(const ThreadWatch&) = delete;

 private:
  static constexpr std::size_t kStackSize = std::size_t{1} << 16;

  [[noreturn]] static void report_exit(const PluginCall& call) {
    std::fflush(nullptr);
    Line line;
    line << call << " ended the process by exit(): expected it to return\n";
    line.send();
    std::_Exit(EXIT_FAILURE);
  }

  std::unique_ptr<std::byte[]> stack_;
};

}  // namespace

PluginCall::PluginCall(const char* task, const char* file, const PluginFunction& function) noexcept
    : task_(task), file_(file), function_(function), process_(::getpid()), outer_(running) {
  static const bool installed = install_handlers();
  static_cast<void>(installed);
  thread_local const ThreadWatch watch;
  running = this;
}

PluginCall::~PluginCall() { running = outer_; }

bool PluginCall::is_of_this_process() const { return process_ == ::getpid(); }

}  // namespace hetsyn
