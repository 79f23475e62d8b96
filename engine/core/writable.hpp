#pragma once
#include <filesystem>
#include <string>

namespace hetsyn {

/// How code is loaded from a place: from a file that the user named, or from all files of a folder.
enum class Named { file, by_its_folder };

/// Whether users other than owner and group could replace a file or put code in its place. Returns the reason not to
/// load it, a clause without the name of the file; empty if there is none. Checks the file and all folders above it
/// (for a file of the engine's own tree, up to the root of that tree), along the given path and along the path without
/// links. In a folder with the sticky bit, such as /tmp, nobody can replace the files of others, but anybody can add
/// files: a file that the user named may be loaded from there, but not all files of the folder (`by_its_folder`).
/// HETSYN_ALLOW_WRITABLE_PLUGINS=1 allows all places.
std::string writable_by_everyone(const std::filesystem::path& file, Named named);

}  // namespace hetsyn
