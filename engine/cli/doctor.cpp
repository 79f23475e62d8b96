#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "backend/backend.hpp"
#include "base/core_count.hpp"
#include "cli/build_facts.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/setup.hpp"
#include "core/version.hpp"
#include "distributed/launch.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::size_t kIndent = 13;  // of what follows a name

void print_devices() {
  for (const BackendInfo& backend : backends()) {
    const std::string unavailable = backend.unavailable();
    print_fitting(fmt::format("device       {}: {}{}\n", backend.name, backend.meaning,
                              unavailable.empty() ? "" : "; not available: " + unavailable),
                  kIndent);
    if (!unavailable.empty()) continue;
    if (const std::string device = backend.description(); !device.empty())
      print_fitting(fmt::format("             {}\n", device), kIndent);
  }
}

void print_machine() {
  const double memory_bytes =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  print_fitting(fmt::format("machine      {} cores, {:.1f} GiB of memory\n", core_count(), memory_bytes / 0x1p30),
                kIndent);
  print_devices();
  print_fitting(fmt::format("MPI          {}\n", mpi_description()), kIndent);
  for (const BackendInfo& backend : backends()) {
    const std::vector<std::string_view> sets = backend.instruction_sets();
    if (!sets.empty())
      print_fitting(fmt::format("instructions {} (the first is used)\n", fmt::join(sets, ", ")), kIndent);
  }
}

void print_plugins(const Options& options) {
  for (const std::filesystem::path& path : plugin_search_path(options.plugin_path)) {
    print_fitting(
        fmt::format("plugin path  {}{}\n", path.string(), std::filesystem::exists(path) ? "" : " (does not exist)"),
        kIndent);
  }
  const PluginHost host = discover_plugins(options);
  for (const TaskPlugin& plugin : host.plugins()) print_fitting(fmt::format("task         {}\n", plugin.name), kIndent);
  for (const PluginFailure& failure : host.failures()) {
    print_fitting(fmt::format("not loaded   {}: {}\n", failure.path.string(), failure.reason), kIndent);
  }
}

void print_data_paths() {
  const char* data = std::getenv("HETSYN_DATA");
  print_fitting(fmt::format("HETSYN_DATA  {}\n", data == nullptr ? "not set" : data), kIndent);
  print_fitting(fmt::format("data/        {}\n",
                            std::filesystem::exists("data") ? std::filesystem::absolute("data").string() : "not here"),
                kIndent);
}

}  // namespace

int doctor(const Options& options) {
  print_fitting(fmt::format("engine       {}\n{}", engine_version(), kBuildFacts), kIndent);
  print_plugins(options);
  print_machine();
  print_data_paths();
  return 0;
}

}  // namespace hetsyn::cli
