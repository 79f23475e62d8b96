#pragma once
#include <filesystem>
#include <string>

namespace hetsyn {

/// How a place is used that code is loaded from.
enum class Named { file, by_its_folder };

/// Whether others than owner and group could put their own code in the place of a file: the reason why it is not to be
/// loaded, a clause without the file; empty where all is well. Looked at are the file and all folders above it (up to
/// that of the engine's own tree, where it lies there), along the path as given and as it is without links. In a folder
/// with the sticky bit, as /tmp has it, nobody can replace what is somebody else's, but anybody can add files: it is no
/// place to take all plugins from (`by_its_folder`), and does for a file that the user names.
/// HETSYN_ALLOW_WRITABLE_PLUGINS=1 allows all places.
std::string writable_by_everyone(const std::filesystem::path& file, Named named);

}  // namespace hetsyn
