#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "base/file_lock.hpp"

namespace hetsyn::tasks {

/// Fills a folder that exists and is empty.
using FolderBuilder = std::function<void(const std::filesystem::path& directory)>;

/// Makes `directory` unless it exists. It is built beside its place and gets its name when it is complete and on the
/// disk, so that a process that is killed leaves nothing half made; of several processes one builds and the others
/// wait. Throws sdk::TaskError naming folder and cause, and what `build` throws.
void make_once(const std::filesystem::path& directory, const OnWait& on_wait, const FolderBuilder& build);

/// The folders below `parent` that make_once() has made, sorted.
std::vector<std::filesystem::path> made_folders(const std::filesystem::path& parent);

/// Removes what make_once() has made; a process that is killed in between leaves nothing half removed. False where
/// another process makes the folder at this moment, or it cannot be removed.
bool unmake(const std::filesystem::path& directory);

/// What killed processes left below `parent`: folders half made, and the lock files of both kinds of folders. A process
/// that makes a folder holds its lock, so nothing of a living one is among them.
std::vector<std::filesystem::path> half_made(const std::filesystem::path& parent);

/// Removes them and returns how many they were.
std::size_t remove_half_made(const std::filesystem::path& parent);

}  // namespace hetsyn::tasks
