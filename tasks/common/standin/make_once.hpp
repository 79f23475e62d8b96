#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "base/file_lock.hpp"

namespace hetsyn::tasks {

/// Fills an empty folder.
using FolderBuilder = std::function<void(const std::filesystem::path& directory)>;

/// Makes `directory` unless it exists. It is built under a temporary name and renamed when it is complete and on the
/// disk, so that a killed process never leaves an incomplete one. Of several processes one builds, and the others block
/// until it is done. Throws sdk::TaskError, which names folder and cause, and the exceptions of `build`.
void make_once(const std::filesystem::path& directory, const OnWait& on_wait, const FolderBuilder& build);

/// The folders below `parent` that make_once() has made, sorted.
std::vector<std::filesystem::path> made_folders(const std::filesystem::path& parent);

/// Removes a folder that make_once() has made; a killed process never leaves an incomplete one. Returns false if
/// another process makes the folder at this moment, or if it cannot be removed.
bool unmake(const std::filesystem::path& directory);

/// What killed processes left below `parent`: unfinished folders and lock files. Those of running processes are not
/// among them, as these hold their locks.
std::vector<std::filesystem::path> half_made(const std::filesystem::path& parent);

/// Removes half_made() and returns their number.
std::size_t remove_half_made(const std::filesystem::path& parent);

}  // namespace hetsyn::tasks
