#include "common/words/cache_folder.hpp"

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

#include "base/file_lock.hpp"
#include "base/files.hpp"

namespace hetsyn::tasks {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLimit = "HETSYN_CACHE_LIMIT_GB";
constexpr double kDefaultLimitGb = 10.0;
constexpr double kBytesPerGb = 1e9;
constexpr double kMostGb = 1e9;
constexpr const char* kLockEnding = "\\.lock";

/// Removes the file unless a process reads it, and returns whether it was removed.
bool remove_unused(const fs::path& file) {
  const Descriptor descriptor = opened_to_lock(file);
  std::error_code problem;
  return try_lock(descriptor, LockKind::exclusive) == LockState::held && fs::remove(file, problem) && !problem;
}

/// Whether the name is that of a cache with `ending`; all other files are the user's.
bool belongs_to_cache(const fs::path& file, const std::string& ending) {
  return std::regex_match(file.filename().string(), std::regex("[a-z0-9_]+-[0-9a-f]{32}" + ending));
}

}  // namespace

CacheUse::CacheUse(const fs::path& file) : descriptor_(file, O_RDONLY) {
  if (descriptor_.number() < 0) return;
  lock(descriptor_, LockKind::shared);
  ::futimens(descriptor_.number(), nullptr);  // in a folder that is not writable, the old times remain
}

std::vector<CacheFile> cache_files(const fs::path& folder) {
  std::vector<CacheFile> files;
  for (const fs::path& path : entries_of(folder)) {
    std::error_code gone;  // another process may remove it at any time
    if (!belongs_to_cache(path, "\\.h5") || !fs::is_regular_file(path, gone)) continue;
    const std::uint64_t bytes = fs::file_size(path, gone);
    if (!gone) files.push_back({path, bytes, fs::last_write_time(path, gone)});
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

std::vector<fs::path> leftovers(const fs::path& folder) {
  std::vector<fs::path> left = abandoned_files(folder);
  std::erase_if(left, [](const fs::path& file) { return !belongs_to_cache(file, "\\.h5\\.[0-9]+\\.tmp"); });
  for (const fs::path& file : entries_of(folder)) {
    if (belongs_to_cache(file, kLockEnding) && !is_locked(file)) left.push_back(file);
  }
  return left;
}

std::size_t remove_leftovers(const fs::path& folder) {
  const auto removed = [](const fs::path& file) {
    return belongs_to_cache(file, kLockEnding) ? remove_abandoned_lock(file) : remove_abandoned_file(file);
  };
  return static_cast<std::size_t>(std::ranges::count_if(leftovers(folder), removed));
}

Pruned prune_cache(const fs::path& folder, std::uint64_t limit_bytes, const fs::path& keep) {
  remove_leftovers(folder);
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
