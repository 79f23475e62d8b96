#include "common/words/cache_folder.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <hetsyn/error.hpp>
#include <regex>
#include <string>
#include <system_error>
#include <utility>

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLimit = "HETSYN_CACHE_LIMIT_GB";
constexpr double kDefaultLimitGb = 10.0;
constexpr double kBytesPerGb = 1e9;
constexpr double kMostGb = 1e9;

/// Removes the file unless a process reads it, and says whether it did.
bool remove_unused(const fs::path& file) {
  const Descriptor descriptor(file, O_RDONLY);
  std::error_code problem;
  return descriptor.number() >= 0 && ::flock(descriptor.number(), LOCK_EX | LOCK_NB) == 0 &&
         fs::remove(file, problem) && !problem;
}

}  // namespace

CacheUse::CacheUse(const fs::path& file) : descriptor_(file, O_RDONLY) {
  if (descriptor_.number() < 0) return;
  ::flock(descriptor_.number(), LOCK_SH);
  ::futimens(descriptor_.number(), nullptr);  // a folder that may only be read keeps its old times
}

std::vector<CacheFile> cache_files(const fs::path& folder) {
  static const std::regex name("[a-z0-9_]+-[0-9a-f]{32}\\.h5");
  std::vector<CacheFile> files;
  std::error_code problem;
  for (fs::directory_iterator next(folder, problem); !problem && next != fs::directory_iterator();
       next.increment(problem)) {
    std::error_code gone;  // another process may remove it at any time
    if (!std::regex_match(next->path().filename().string(), name) || !next->is_regular_file(gone)) continue;
    const std::uint64_t bytes = next->file_size(gone);
    if (!gone) files.push_back({next->path(), bytes, next->last_write_time(gone)});
  }
  std::ranges::sort(files, {}, [](const CacheFile& file) { return std::pair(file.used, file.path); });
  return files;
}

std::uint64_t cache_limit_bytes() {
  const char* const text = std::getenv(kLimit);
  double limit_gb = kDefaultLimitGb;
  if (text != nullptr) {
    const char* const end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, limit_gb);
    if (error != std::errc() || stop != end || !(limit_gb >= 0.0 && limit_gb <= kMostGb)) {
      throw sdk::TaskError(std::string(kLimit) + " = '" + text + "': expected a number of gigabytes, 0 or more");
    }
  }
  return static_cast<std::uint64_t>(limit_gb * kBytesPerGb);
}

Pruned prune_cache(const fs::path& folder, std::uint64_t limit_bytes, const fs::path& keep) {
  const std::vector<CacheFile> files = cache_files(folder);
  std::uint64_t left = 0;
  for (const CacheFile& file : files) left += file.bytes;
  Pruned pruned;
  for (const CacheFile& file : files) {
    if (left <= limit_bytes) break;
    if (file.path == keep || !remove_unused(file.path)) continue;
    left -= file.bytes;
    pruned.bytes += file.bytes;
    ++pruned.files;
  }
  return pruned;
}

}  // namespace hetsyn::tasks
