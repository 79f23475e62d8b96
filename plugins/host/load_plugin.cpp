#include "host/load_plugin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <hetsyn/exceptions.hpp>

#include "core/library.hpp"
#include "host/info.hpp"
#include "host/plugin_call.hpp"
#include "host/schema.hpp"
#include "host/text.hpp"

namespace hetsyn {
namespace {

Library load_file(const std::filesystem::path& path) {
  try {
    return Library::load(std::filesystem::absolute(path));
  } catch (const RunError& error) {
    throw PluginError(error.what());
  }
}

const hetsyn_task* call_entry(const Library& library) {
  auto* const entry = library.find<const hetsyn_task*()>(HETSYN_TASK_ENTRY);
  if (entry == nullptr) {
    throw PluginError("does not export " HETSYN_TASK_ENTRY ": it is not a task plugin");
  }
  const hetsyn_task* table = nullptr;
  try {
    table = entry();
  } catch (...) {
    throw PluginError(HETSYN_TASK_ENTRY " threw an exception");
  }
  if (table == nullptr)
    throw PluginError(HETSYN_TASK_ENTRY " returned no table; of a task in C++, description() threw an exception");
  return table;
}

/// Copies the part of the table that both the plugin and this engine know. Checks both sizes before reading anything
/// else.
hetsyn_task copy_table(const hetsyn_task* theirs) {
  const std::uint32_t version = theirs->abi_version;
  if (version >> 16 != HETSYN_TASK_ABI_MAJOR) {
    throw PluginError(
        fmt::format("was built for task ABI {}.{}, this engine takes {}.x: rebuild it with this engine's "
                    "hetsyn_task.h",
                    version >> 16, version & 0xFFFFu, HETSYN_TASK_ABI_MAJOR));
  }
  const std::size_t size = theirs->struct_size;
  if (size < offsetof(hetsyn_task, sample_info)) {
    throw PluginError(fmt::format("says that its table has {} bytes; {} are the least that a task needs", size,
                                  offsetof(hetsyn_task, sample_info)));
  }
  hetsyn_task table{};
  std::memcpy(&table, theirs, std::min(size, sizeof table));
  return table;
}

void check_table(const hetsyn_task& table) {
  require(table.name != nullptr, "name");
  require(table.summary != nullptr, "summary");
  require(table.version != nullptr, "version");
  require(table.open != nullptr, "open function");
  require(table.close != nullptr, "close function");
  require(table.describe != nullptr, "describe function");
  require(table.fill != nullptr, "fill function");
  const std::string name = read_text("its name", table.name);
  if (!is_identifier(name)) {
    throw PluginError(fmt::format("its task name '{}' is not made of letters, digits and '_'", name));
  }
}

LoadedPlugin checked_plugin(const hetsyn_task* theirs) {
  LoadedPlugin loaded;
  loaded.table = copy_table(theirs);
  check_table(loaded.table);
  TaskPlugin& plugin = loaded.description;
  plugin.name = read_text("its name", loaded.table.name);
  plugin.summary = read_text("its summary", loaded.table.summary);
  plugin.version = read_text("its version", loaded.table.version);
  plugin.keys = read_schema(loaded.table);
  for (const KeySpec& key : plugin.keys) plugin.defaults.push_back(default_value(key));
  return loaded;
}

}  // namespace

LoadedPlugin load_plugin(const std::filesystem::path& path) {
  const KeptFloatEnvironment float_environment;
  LoadedPlugin loaded = checked_plugin(call_entry(load_file(path)));
  loaded.description.path = path;
  return loaded;
}

TaskPlugin described_table(const hetsyn_task& table, const std::filesystem::path& origin) {
  LoadedPlugin loaded = checked_plugin(&table);
  loaded.description.path = origin;
  loaded.description.table = std::make_shared<const hetsyn_task>(loaded.table);
  return std::move(loaded.description);
}

}  // namespace hetsyn
