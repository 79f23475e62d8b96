#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/descriptor.hpp"

/// The folder with encoded recordings: when each file was last used, and how many may stay.
namespace hetsyn::tasks {

struct CacheFile {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  std::filesystem::file_time_type used;  ///< time of the last use, see CacheUse
};

/// Prevents other processes from removing a cache while it is read, and marks it as used now. Without effect if the
/// file does not exist or the file system has no locks.
class CacheUse {
 public:
  explicit CacheUse(const std::filesystem::path& file);

 private:
  Descriptor descriptor_;
};

/// The caches in a folder, <name>-<32 hexadecimal digits>.h5, the least recently used first; ignores other files.
std::vector<CacheFile> cache_files(const std::filesystem::path& folder);

/// HETSYN_CACHE_LIMIT_GB in bytes, or else 10 GB. Throws sdk::TaskError if it is not a number of 0 or more.
std::uint64_t cache_limit_bytes();

struct Pruned {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

/// What killed processes left in a folder: unfinished files and empty lock files. Those of running processes are not
/// among them, as these hold their locks.
std::vector<std::filesystem::path> leftovers(const std::filesystem::path& folder);

/// Removes leftovers() and returns their number.
std::size_t remove_leftovers(const std::filesystem::path& folder);

/// Removes leftovers(), and the least recently used caches until at most `limit_bytes` are left, but neither `keep` nor
/// a cache that a process reads.
Pruned prune_cache(const std::filesystem::path& folder, std::uint64_t limit_bytes,
                   const std::filesystem::path& keep = {});

}  // namespace hetsyn::tasks
