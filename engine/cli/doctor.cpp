#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "backend/backend.hpp"
#include "base/core_count.hpp"
#include "cli/build_facts.hpp"
#include "cli/commands.hpp"
#include "cli/setup.hpp"
#include "core/version.hpp"
#include "distributed/launch.hpp"

namespace hetsyn::cli {
namespace {

void print_devices() {
  for (const BackendInfo& backend : backends()) {
    const std::string unavailable = backend.unavailable();
    fmt::print("device       {}: {}{}\n", backend.name, backend.meaning,
               unavailable.empty() ? "" : "; not available: " + unavailable);
    if (!unavailable.empty()) continue;
    if (const std::string device = backend.description(); !device.empty()) fmt::print("             {}\n", device);
  }
}

void print_machine() {
  const double memory_bytes =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  fmt::print("machine      {} cores, {:.1f} GiB of memory\n", core_count(), memory_bytes / 0x1p30);
  print_devices();
  fmt::print("MPI          {}\n", mpi_description());
  for (const BackendInfo& backend : backends()) {
    const std::vector<std::string_view> sets = backend.instruction_sets();
    if (!sets.empty()) fmt::print("instructions {} (the first is used)\n", fmt::join(sets, ", "));
  }
}

void print_plugins(const Options& options) {
  for (const std::filesystem::path& path : plugin_search_path(options.plugin_path)) {
    fmt::print("plugin path  {}{}\n", path.string(), std::filesystem::exists(path) ? "" : " (does not exist)");
  }
  const PluginHost host = discover_plugins(options);
  for (const TaskPlugin& plugin : host.plugins()) fmt::print("task         {}\n", plugin.name);
  for (const PluginFailure& failure : host.failures()) {
    fmt::print("not loaded   {}: {}\n", failure.path.string(), failure.reason);
  }
}

void print_data_paths() {
  const char* data = std::getenv("HETSYN_DATA");
  fmt::print("HETSYN_DATA  {}\n", data == nullptr ? "not set" : data);
  fmt::print("data/        {}\n",
             std::filesystem::exists("data") ? std::filesystem::absolute("data").string() : "not here");
}

}  // namespace

int doctor(const Options& options) {
  fmt::print("engine       {}\n{}", engine_version(), kBuildFacts);
  print_plugins(options);
  print_machine();
  print_data_paths();
  return 0;
}

}  // namespace hetsyn::cli
