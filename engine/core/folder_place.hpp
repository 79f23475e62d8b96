#pragma once
#include <filesystem>
#include <string_view>

namespace hetsyn {

/// Throws UsageError if the path of --out is not a folder and none can be created there: if it is empty, or it or one
/// of its parents is a file or a broken link. `expected` names the kind of folder, as in "a run directory".
void check_folder_place(const std::filesystem::path& path, std::string_view expected);

}  // namespace hetsyn
