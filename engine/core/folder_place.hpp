#pragma once
#include <filesystem>
#include <string_view>

namespace hetsyn {

/// Throws UsageError where the path of --out is no folder and none can be made there: it is empty, or it or what is
/// above it is a file or a link that leads nowhere. `expected` says what the folder is to be, as in "a run directory".
void check_folder_place(const std::filesystem::path& path, std::string_view expected);

}  // namespace hetsyn
