#pragma once
#include <filesystem>

namespace hetsyn {

/// The file that a user means by `name`: that file, if it exists; else `name` with ".toml"; else one of the
/// configurations that the engine brings along, with or without the folders and the ending, as in "configs/dms.toml",
/// "dms" and "dms_models". If there is none either, `name` itself. An installation has them in share/hetsyn/configs, a
/// bundle in configs.
std::filesystem::path find_config(const std::filesystem::path& name);

}  // namespace hetsyn
