// hetsyn_probe FILE: loads a plugin and reports its description, so that a plugin that crashes when it is loaded does
// not crash the engine.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "base/worker.hpp"
#include "host/probe.hpp"

namespace {

constexpr unsigned kLongest_s = 60;  // in case the parent has died

bool write_all(const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t written = write(hetsyn::kReportDescriptor, bytes, count);
    if (written <= 0) return false;
    bytes += written;
    count -= static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(kLongest_s);
  // A crash must end the process by its signal: handlers of a sanitizer would call exit.
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(number, SIG_DFL);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const std::string report = hetsyn::probe_report(argv[1]);
  _exit(write_all(report.c_str(), report.size() + 1) ? 0 : 1);
}
