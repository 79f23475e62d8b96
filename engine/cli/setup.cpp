#include "cli/setup.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <functional>
#include <hetsyn/exceptions.hpp>
#include <set>

#include "cli/log.hpp"
#include "config/installed.hpp"

namespace hetsyn::cli {
namespace {

/// The value of an option for a single key, as TOML. A value that is not a number stays a text, which the schema
/// refuses.
ConfigValue number_option(const std::string& option, const std::string& value) {
  const Place place{fmt::format("{} {}", option, value)};
  try {
    return parse_toml_value(value, place);
  } catch (const ConfigError&) {
    return ConfigValue{value, place};
  }
}

/// What is said when a task is opened, each message once: a process may open the same task several times, as the dry
/// run of a sweep does.
const Log& log_of_opening() {
  static std::set<std::string, std::less<>> said;
  static const Log log([](LogLevel level, std::string_view message) {
    if (said.emplace(message).second) log::write(level, message);
  });
  return log;
}

void warn_unless_empty(const std::string& message) {
  if (!message.empty()) log::warning("{}", message);
}

}  // namespace

std::string config_file(std::string_view option, const std::string& name) {
  std::string found = find_config(name).string();
  if (found != name) log::info("{}{}{}: taken from {}", option, option.empty() ? "" : " ", name, found);
  return found;
}

ConfigDocument load_document(const Options& options, const std::string& base) {
  const std::string file = options.config.empty() ? base : config_file("--config", options.config);
  ConfigDocument document;
  if (!file.empty()) document = read_toml_file(file);
  const auto set = [&](std::string_view table, std::string_view key, const ConfigValue& value) {
    warn_unless_empty(apply_override(document, table, key, value));
  };
  for (const std::string& assignment : options.set) warn_unless_empty(apply_override(document, "--set", assignment));
  if (options.seed) set("train", "seed", number_option("--seed", *options.seed));
  if (options.threads) set("run", "threads", number_option("--threads", *options.threads));
  if (options.device) set("run", "device", ConfigValue{*options.device, {"--device " + *options.device}});
  if (options.out) set("run", "out", ConfigValue{*options.out, {"--out " + *options.out}});
  if (options.report) set("run", "report", ConfigValue{true, {"--report"}});
  return document;
}

PluginHost discover_plugins(const Options& options) {
  for (const std::filesystem::path& place : listed_paths(options.plugin_path)) {
    if (!std::filesystem::exists(place)) {
      throw UsageError(fmt::format("--plugin-path {}: no such file or folder", place.string()));
    }
  }
  return PluginHost(plugin_search_path(options.plugin_path));
}

const TaskPlugin& choose_task(const PluginHost& host, const Options& options, const ConfigDocument& document) {
  const std::string named = task_name(document);
  if (!options.task.empty() && !named.empty() && options.task != named) {
    throw UsageError(fmt::format("--task {}: the configuration is for task {}", options.task, named));
  }
  const std::string& name = options.task.empty() ? named : options.task;
  if (!name.empty()) return find_task(host, name, log::program());
  std::vector<std::string> known;
  for (const TaskPlugin& plugin : host.plugins()) known.push_back(plugin.name);
  throw UsageError(fmt::format("which task? expected --task with one of {}", fmt::join(known, ", ")));
}

TaskPlaces task_places() {
  const char* const data = std::getenv("HETSYN_DATA");
  return {data == nullptr ? "" : data, default_cache_path(), log_of_opening()};
}

void warn(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) log_of_opening().warning("{}", warning);
}

}  // namespace hetsyn::cli
