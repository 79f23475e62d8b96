#include "host/probe.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstring>
#include <exception>
#include <hetsyn/exceptions.hpp>
#include <string_view>

#include "base/worker.hpp"
#include "core/worker.hpp"
#include "host/description.hpp"
#include "host/load_plugin.hpp"

namespace hetsyn {
namespace {

constexpr std::string_view kRefused = "refused: ";  // instead of a description

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    return fmt::format("crashes when it is loaded: signal {} ({})", number, strsignal(number));
  }
  return fmt::format("ends the process with status {} when it is loaded", WEXITSTATUS(status));
}

}  // namespace

TaskPlugin probe_plugin(const std::filesystem::path& path, std::chrono::milliseconds patience) {
  const WorkerEnd end = run_worker(own_worker("hetsyn_probe"), {path.string()}, patience);
  switch (end.kind) {
    case WorkerEnd::Kind::late:
      throw PluginError(fmt::format("does not come back within {} ms when it is loaded", patience.count()));
    case WorkerEnd::Kind::died: throw PluginError(describe_end(end.status));
    case WorkerEnd::Kind::reported: break;
  }
  if (end.report.starts_with(kRefused)) throw PluginError(end.report.substr(kRefused.size()));
  return parse_description(path, end.report);
}

std::string probe_report(const std::filesystem::path& path) {
  try {
    return description_json(load_plugin(path).description);
  } catch (const std::exception& error) {
    return std::string(kRefused) + error.what();
  }
}

}  // namespace hetsyn
