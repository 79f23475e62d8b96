#include "run/open_task.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "core/memory_error.hpp"
#include "run/run.hpp"

namespace hetsyn {

std::filesystem::path default_cache_path() {
  const auto variable = [](const char* name) {
    const char* const value = std::getenv(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  const std::filesystem::path cache = variable("XDG_CACHE_HOME");
  return (cache.empty() ? variable("HOME") / ".cache" : cache) / "hetsyn";
}

const TaskPlugin& find_task(const PluginHost& host, const std::string& name, const Log& log) {
  const TaskPlugin& plugin = host.find(name);
  for (const PluginFailure& failure : host.passed_over(name)) {
    log.warning("{} was not loaded: {}", failure.path.string(), failure.reason);
  }
  return plugin;
}

std::unique_ptr<Task> open_task(const TaskPlugin& plugin, const RunConfig& config, const ConfigDocument& document,
                                const TaskPlaces& places, bool dry_run, const Communicator& ranks) {
  const OpenOptions open{.seed = config.train.seed,
                         .data_path = places.data_path,
                         .cache_path = places.cache_path,
                         .log = &places.log,
                         .dry_run = dry_run,
                         .threads = static_cast<std::uint32_t>(thread_count(config, ranks))};
  return placing_errors(document, [&] {
    return needing_memory_for(fmt::format("the data of task '{}'", plugin.name),
                              [&] { return plugin.open(config.task_values, open); });
  });
}

}  // namespace hetsyn
