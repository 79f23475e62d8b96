#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <iterator>
#include <system_error>
#include <vector>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/setup.hpp"
#include "common/standin/make_once.hpp"
#include "common/words/cache_folder.hpp"

namespace hetsyn::cli {
namespace {

namespace fs = std::filesystem;

constexpr double kMegabyte = 1e6, kGigabyte = 1e9;

/// The size of a file, or of all files below a folder.
std::uint64_t bytes_in(const fs::path& path) {
  std::error_code problem, none;
  if (!fs::is_directory(path, none)) {
    const std::uint64_t bytes = fs::file_size(path, problem);
    return problem ? 0 : bytes;
  }
  std::uint64_t bytes = 0;
  for (fs::recursive_directory_iterator next(path, problem); !problem && next != fs::recursive_directory_iterator();
       next.increment(problem)) {
    if (next->is_regular_file(none)) bytes += next->file_size(none);
  }
  return bytes;
}

void print_line(const fs::path& path, std::uint64_t bytes) {
  fmt::print("{:>10.1f} MB  {}\n", static_cast<double>(bytes) / kMegabyte, path.string());
}

void print_spikes(const fs::path& folder, std::uint64_t limit_bytes) {
  const auto files = tasks::cache_files(folder);
  std::uint64_t bytes = 0;
  for (const tasks::CacheFile& file : files) bytes += file.bytes;
  print_fitting(fmt::format(
      "encoded recordings, {} files of {:.1f} MB in all, at most {:g} GB (HETSYN_CACHE_LIMIT_GB), last used first:\n",
      files.size(), static_cast<double>(bytes) / kMegabyte, static_cast<double>(limit_bytes) / kGigabyte));
  for (auto file = files.rbegin(); file != files.rend(); ++file) print_line(file->path, file->bytes);
}

void print_standins(const fs::path& folder) {
  fmt::print("stand-ins for corpora, kept until --clear:\n");
  for (const fs::path& corpus : tasks::made_folders(folder)) print_line(corpus, bytes_in(corpus));
}

/// Prints files of killed processes; most caches have none.
void print_leftovers(const fs::path& spikes, const fs::path& standins) {
  std::vector<fs::path> left = tasks::leftovers(spikes);
  std::ranges::copy(tasks::half_made(standins), std::back_inserter(left));
  if (left.empty()) return;
  fmt::print("left by processes that were killed, until --prune or --clear:\n");
  for (const fs::path& each : left) print_line(each, bytes_in(each));
}

}  // namespace

int cache(const Options& options) {
  if (options.prune && options.clear) throw UsageError("--prune and --clear exclude each other");
  const fs::path spikes = default_cache_path() / "spikes", standins = default_cache_path() / "standin";
  const std::uint64_t limit_bytes = tasks::cache_limit_bytes();
  if (options.prune || options.clear) {
    const std::size_t left = tasks::remove_leftovers(spikes) + tasks::remove_half_made(standins);
    if (left > 0) fmt::print("removed {} files and folders that killed processes left\n", left);
    const tasks::Pruned pruned = tasks::prune_cache(spikes, options.clear ? 0 : limit_bytes);
    fmt::print("removed {} files of encoded recordings, {:.1f} MB\n", pruned.files,
               static_cast<double>(pruned.bytes) / kMegabyte);
  }
  if (options.clear) {
    for (const fs::path& corpus : tasks::made_folders(standins)) {
      fmt::print("{} {}\n", tasks::unmake(corpus) ? "removed" : "in use, kept:", corpus.string());
    }
  }
  print_spikes(spikes, limit_bytes);
  print_standins(standins);
  print_leftovers(spikes, standins);
  return 0;
}

}  // namespace hetsyn::cli
