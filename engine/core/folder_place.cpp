#include "core/folder_place.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>
#include <system_error>

namespace hetsyn {

void check_folder_place(const std::filesystem::path& path, std::string_view expected) {
  namespace fs = std::filesystem;
  if (path.empty()) throw UsageError(fmt::format("--out: expected {}, not an empty text", expected));
  std::error_code none;
  fs::path place = path;
  while (!place.empty() && place != place.root_path() && !fs::exists(fs::symlink_status(place, none))) {
    place = place.parent_path();
  }
  if (place.empty() || fs::is_directory(place, none)) return;
  throw UsageError(fmt::format("{}: is a {}; expected {}", place.string(),
                               fs::exists(place, none) ? "file" : "link that leads nowhere",
                               place == path ? expected : "a folder"));
}

}  // namespace hetsyn
