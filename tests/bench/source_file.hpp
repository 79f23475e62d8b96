#pragma once
#include <filesystem>
#include <string>
#include <system_error>

namespace hetsyn::bench {

/// A file of the sources, named by its path in them: from the bundle that this program is in (as bin/bench), or
/// else from the sources that it was built from.
inline std::string source_file(const std::string& path) {
  std::error_code none;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", none);
  const std::filesystem::path bundled = program.parent_path().parent_path() / path;
  return std::filesystem::exists(bundled, none) ? bundled.string() : HETSYN_SOURCE_DIR "/" + path;
}

}  // namespace hetsyn::bench
