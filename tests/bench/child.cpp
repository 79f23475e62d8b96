#include "bench/child.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <hetsyn/exceptions.hpp>

namespace hetsyn::bench {
namespace {

struct Finished {
  std::string output;
  int status = 0;
  double peak_memory_mb = 0.0;
};

double megabytes(const rusage& usage) { return static_cast<double>(usage.ru_maxrss) / 1024.0; }

/// Forks, lets `child` write to a pipe and exit, and collects output, status and peak memory.
Finished run(const std::function<int(int output)>& child) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw RunError("cannot make a pipe to a child process");
  const pid_t id = fork();
  if (id < 0) throw RunError("cannot start a child process");
  if (id == 0) {
    close(ends[0]);
    _exit(child(ends[1]));
  }
  close(ends[1]);
  Finished finished;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    finished.output.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(ends[0]);
  rusage usage{};
  wait4(id, &finished.status, 0, &usage);
  finished.peak_memory_mb = megabytes(usage);
  return finished;
}

}  // namespace

nlohmann::json in_child(const std::function<nlohmann::json()>& measure) {
  const Finished finished = run([&](int output) {
    std::string text;
    int status = 0;
    try {
      text = measure().dump();
    } catch (const std::exception& error) {
      text = error.what();
      status = 1;
    }
    return write(output, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? status : 2;
  });
  if (finished.status != 0) throw RunError(fmt::format("a measurement failed: {}", finished.output));
  nlohmann::json result = nlohmann::json::parse(finished.output);
  result["peak_memory_mb"] = finished.peak_memory_mb;
  return result;
}

nlohmann::json in_this_process(const std::function<nlohmann::json()>& measure) {
  nlohmann::json result = measure();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  result["peak_memory_mb"] = megabytes(usage);
  return result;
}

nlohmann::json from_program(const std::vector<std::string>& command) {
  const Finished finished = run([&](int output) {
    dup2(output, STDOUT_FILENO);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    return 127;
  });
  const std::size_t end = finished.output.find_last_not_of('\n');
  const std::size_t start = finished.output.find_last_of('\n', end);
  if (finished.status != 0 || end == std::string::npos) {
    throw RunError(fmt::format("{} failed with status {}", fmt::join(command, " "), WEXITSTATUS(finished.status)));
  }
  return nlohmann::json::parse(finished.output.substr(start == std::string::npos ? 0 : start + 1));
}

}  // namespace hetsyn::bench
