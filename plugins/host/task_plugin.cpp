#include "host/task_plugin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <mutex>
#include <system_error>

#include "core/nearest.hpp"
#include "host/description.hpp"
#include "host/load_plugin.hpp"
#include "host/plugin_task.hpp"

namespace hetsyn {
namespace {

/// The log of the plugin that is being opened. The log function of the contract has no argument that identifies the
/// plugin, and a plugin may call it from any of its threads.
std::atomic<const Log*> opening_log{nullptr};
std::mutex opening_mutex;

class Opening {
 public:
  explicit Opening(const Log* log) : one_at_a_time_(opening_mutex) { opening_log = log; }
  ~Opening() { opening_log = nullptr; }
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

 private:
  std::lock_guard<std::mutex> one_at_a_time_;
};

void log_from_plugin(std::int32_t level, const char* message) noexcept {
  const Log* const log = opening_log.load();
  if (message == nullptr || log == nullptr) return;
  const auto own = level <= 0 ? LogLevel::debug : level == 1 ? LogLevel::info : LogLevel::warning;
  try {
    log->write(own, printable(message));
  } catch (...) {  // NOLINT(bugprone-empty-catch): a message that cannot be printed must not end the plugin
  }
}

/// The values of the keys of the schema, in its order: the given values, or the defaults. Throws ConfigError.
std::vector<KeyValue> complete_values(const TaskPlugin& plugin, std::span<const NamedValue> given) {
  std::vector<KeyValue> values = plugin.defaults;
  std::vector<std::string> names;
  for (const KeySpec& key : plugin.keys) names.push_back(key.name);
  for (const NamedValue& item : given) {
    const auto found = std::find(names.begin(), names.end(), item.name);
    if (found == names.end()) {
      throw ConfigError(
          fmt::format("task.{}: task '{}' has no such key{}", item.name, plugin.name, did_you_mean(item.name, names)),
          "task." + item.name);
    }
    KeyValue& value = values[static_cast<std::size_t>(found - names.begin())];
    if (value.index() != item.value.index()) {
      throw ConfigError(fmt::format("task.{}: a value of another type was expected", item.name), "task." + item.name);
    }
    value = item.value;
  }
  return values;
}

hetsyn_value value_view(const KeySpec& key, const KeyValue& value) {
  hetsyn_value view{key.name.c_str(), HETSYN_BOOL, 0, 0.0, ""};
  if (const auto* boolean = std::get_if<bool>(&value)) view.integer = *boolean ? 1 : 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    view.type = HETSYN_INT;
    view.integer = *integer;
    view.real = static_cast<double>(*integer);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    view.type = HETSYN_REAL;
    view.real = *real;
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    view.type = key.type == KeyType::path ? HETSYN_PATH : HETSYN_STRING;
    view.string = text->c_str();
  }
  return view;
}

/// Restores the working directory, which a plugin may have changed, since the user's paths are relative to it.
class KeptDirectory {
 public:
  KeptDirectory() : kept_(std::filesystem::current_path(error_)) {}
  ~KeptDirectory() {
    if (!error_) std::filesystem::current_path(kept_, error_);
  }
  KeptDirectory(const KeptDirectory&) = delete;
  KeptDirectory& operator=(const KeptDirectory&) = delete;

 private:
  std::error_code error_;
  std::filesystem::path kept_;
};

[[noreturn]] void refuse_open(const Contract& contract, std::span<const KeySpec> keys, hetsyn_status status,
                              const hetsyn_error& error, bool dry_run) {
  if (status == HETSYN_DATA_TO_BE_MADE) {
    if (!dry_run) contract.broken("open would make its data later, which is for dry runs");
    throw DataToBeMade(Contract::reason_of(error));
  }
  if (status == HETSYN_BAD_CONFIG) {
    const auto named = [&](const KeySpec& key) { return key.name == error.key; };
    if (std::none_of(keys.begin(), keys.end(), named)) {
      contract.broken(fmt::format("it refuses its key '{}', which is none of its keys: {}", printable(error.key),
                                  Contract::reason_of(error)));
    }
    throw ConfigError(fmt::format("task.{}: {}", error.key, Contract::reason_of(error)),
                      fmt::format("task.{}", error.key));
  }
  contract.fail("opening it", status, error);
}

/// Loads the plugin into this process and checks that it is the one that was described.
hetsyn_task load_table(const TaskPlugin& described) {
  Contract contract{described.name, described.path, {}};
  try {
    const PluginCall loading(described.name.c_str(), described.path.c_str(), {"dlopen"});
    const LoadedPlugin loaded = load_plugin(described.path);
    if (description_json(loaded.description) == description_json(described)) return loaded.table;
  } catch (const PluginError& e) {
    contract.broken(e.what());
  }
  contract.broken("describes itself in another way than a moment ago; was it just built? Try again");
}

}  // namespace

std::unique_ptr<Task> TaskPlugin::open(std::span<const NamedValue> values, const OpenOptions& options) const {
  const Opening opening(options.log);
  const KeptDirectory directory;
  const std::vector<KeyValue> complete = complete_values(*this, values);
  std::vector<hetsyn_value> views;
  for (std::size_t i = 0; i < keys.size(); ++i) views.push_back(value_view(keys[i], complete[i]));
  const std::string cache_path = options.cache_path.string();
  const hetsyn_task loaded = table ? *table : load_table(*this);
  const hetsyn_open_args args{sizeof(hetsyn_open_args),
                              static_cast<std::uint32_t>(views.size()),
                              views.data(),
                              options.seed,
                              options.data_path.c_str(),
                              cache_path.c_str(),
                              log_from_plugin,
                              options.dry_run ? 1 : 0,
                              options.threads,
                              loaded.binding};
  Contract contract{name, path, loaded};
  hetsyn_dataset* dataset = nullptr;
  hetsyn_error error;
  const hetsyn_status status = contract.call({"open"}, contract.table.open, error, &args, &dataset);
  if (status != HETSYN_OK) refuse_open(contract, keys, status, error, options.dry_run);
  if (dataset == nullptr) contract.broken("open succeeded and gave no dataset");
  return std::make_unique<PluginTask>(std::move(contract), dataset);
}

}  // namespace hetsyn
