#include "config/installed.hpp"

#include <algorithm>
#include <array>
#include <system_error>

#include "base/worker.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code none;
  return fs::is_regular_file(path, none);
}

/// The path in a folder, where it may lack its ending; empty if there is no such file.
fs::path file_in(const fs::path& folder, const fs::path& name) {
  if (is_file(folder / name)) return folder / name;
  fs::path with_ending = folder / name;
  with_ending += ".toml";
  return is_file(with_ending) ? with_ending : fs::path();
}

}  // namespace

fs::path find_config(const fs::path& name) {
  std::error_code none;
  const bool leads_up = std::ranges::find(name, fs::path("..")) != name.end();
  if (name.empty() || (fs::exists(name, none) && !fs::is_directory(name, none))) return name;  // not a run "dms"
  if (fs::path here = file_in("", name); !here.empty()) return here;
  if (name.is_absolute() || leads_up) return name;
  const fs::path prefix = own_library_directory().parent_path().parent_path();
  for (const fs::path& root : {prefix / "share/hetsyn", prefix}) {
    for (const char* const folder : {"", "configs", "configs/sweeps", "configs/paper"}) {
      if (*folder == '\0' && *name.begin() != "configs") continue;
      if (fs::path found = file_in(root / folder, name); !found.empty()) return found;
    }
  }
  return name;
}

}  // namespace hetsyn
