#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/descriptor.hpp"

/// The folder in which encoded recordings are kept: which of its files were used last, and how many may stay.
namespace hetsyn::tasks {

struct CacheFile {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
  std::filesystem::file_time_type used;  ///< last, see CacheUse
};

/// Keeps a cache from being removed by other processes while it is read, and marks it as used now. Where the file is
/// not there, or the file system has no locks, it does nothing.
class CacheUse {
 public:
  explicit CacheUse(const std::filesystem::path& file);

 private:
  Descriptor descriptor_;
};

/// The caches in a folder, <name>-<32 hexadecimal digits>.h5, the least recently used first; other files are none.
std::vector<CacheFile> cache_files(const std::filesystem::path& folder);

/// HETSYN_CACHE_LIMIT_GB in bytes; without it 10 GB. Throws sdk::TaskError where that is no number from 0 up.
std::uint64_t cache_limit_bytes();

struct Pruned {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

/// What killed processes left in a folder: files half written, and empty lock files. A living process has locked its
/// own, so none of them is among these.
std::vector<std::filesystem::path> leftovers(const std::filesystem::path& folder);

/// Removes them and returns how many they were.
std::size_t remove_leftovers(const std::filesystem::path& folder);

/// Removes leftovers(), and the least recently used caches until `limit_bytes` are left, but never `keep`, nor one that
/// a process reads.
Pruned prune_cache(const std::filesystem::path& folder, std::uint64_t limit_bytes,
                   const std::filesystem::path& keep = {});

}  // namespace hetsyn::tasks
