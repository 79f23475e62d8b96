#include "core/worker.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <thread>

#include "base/worker.hpp"

namespace hetsyn {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestReport = std::size_t{1} << 26;

/// Appends available bytes to the report. Returns false if the other end is closed, or after the end of the report.
bool read_more(int from, WorkerEnd& end) {
  std::array<char, 4096> bytes{};
  const ::ssize_t got = ::read(from, bytes.data(), bytes.size());
  if (got < 0) return errno == EINTR;
  const std::string_view part(bytes.data(), static_cast<std::size_t>(got));
  const std::size_t nul = part.find('\0');
  end.report.append(part.substr(0, nul));
  if (nul != std::string_view::npos) end.kind = WorkerEnd::Kind::reported;
  return got > 0 && nul == std::string_view::npos && end.report.size() < kLongestReport;
}

void read_report(int from, Clock::time_point deadline, WorkerEnd& end) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd entry{from, POLLIN, 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&entry, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      end.kind = WorkerEnd::Kind::late;
      return;
    }
    if (!read_more(from, end)) return;
  }
}

/// Waits for a worker that reports nothing more, and kills it at the deadline.
void await_end(::pid_t worker, Clock::time_point deadline, WorkerEnd& end) {
  while (end.kind == WorkerEnd::Kind::died) {
    const ::pid_t ended = ::waitpid(worker, &end.status, WNOHANG);
    if (ended == worker) return;
    if (Clock::now() > deadline) end.kind = WorkerEnd::Kind::late;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::kill(worker, SIGKILL);
  end.status = wait_for_end(worker);
}

}  // namespace

WorkerEnd run_worker(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                     std::chrono::milliseconds patience) {
  WorkerEnd end;
  Worker worker = start_worker(program, arguments);
  const auto deadline = Clock::now() + patience;
  read_report(worker.report.number(), deadline, end);
  worker.report.close();
  await_end(worker.process, deadline, end);
  return end;
}

}  // namespace hetsyn
