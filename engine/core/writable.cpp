#include "core/writable.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>
#include <system_error>

#include "base/worker.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAllow = "HETSYN_ALLOW_WRITABLE_PLUGINS";

bool has(fs::perms permissions, fs::perms which) { return (permissions & which) != fs::perms::none; }

/// The folder that contains the engine's own tree: whoever can write there can replace the engine itself.
fs::path own_root() { return own_library_directory().parent_path().parent_path(); }

/// The first of `file` and the folders above it to which everyone can write; empty if there is none.
fs::path open_place(const fs::path& file, Named named) {
  const fs::path folder = file.parent_path(), root = own_root();
  for (fs::path place = file; place != root; place = place.parent_path()) {
    std::error_code none;
    const fs::perms permissions = fs::status(place, none).permissions();
    const bool excused = has(permissions, fs::perms::sticky_bit) && !(named == Named::by_its_folder && place == folder);
    if (!none && has(permissions, fs::perms::others_write) && !excused) return place;
    if (place == place.parent_path()) break;
  }
  return {};
}

}  // namespace

std::string writable_by_everyone(const fs::path& file, Named named) {
  const char* const allowed = std::getenv(kAllow);
  if (allowed != nullptr && std::string_view(allowed) == "1") return {};
  std::error_code none;
  for (const fs::path& path : {fs::absolute(file, none).lexically_normal(), fs::weakly_canonical(file, none)}) {
    const fs::path place = open_place(path, named);
    if (place.empty()) continue;
    return fmt::format("everyone can write to {}, and so could put other code there; chmod o-w {}, or {}=1 to allow it",
                       place.string(), place.string(), kAllow);
  }
  return {};
}

}  // namespace hetsyn
