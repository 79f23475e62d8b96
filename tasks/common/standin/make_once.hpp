#pragma once
#include <filesystem>
#include <functional>

namespace hetsyn::tasks {

/// Fills a folder that exists and is empty.
using FolderBuilder = std::function<void(const std::filesystem::path& directory)>;

/// Makes `directory` unless it exists. It is built beside its place and gets its name when it is complete and on the
/// disk, so that a process that is killed leaves nothing half made; of several processes one builds and the others
/// wait. Throws sdk::TaskError naming folder and cause, and what `build` throws.
void make_once(const std::filesystem::path& directory, const FolderBuilder& build);

}  // namespace hetsyn::tasks
