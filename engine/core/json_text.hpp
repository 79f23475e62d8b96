#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace hetsyn {

/// JSON as text; `indent` as of nlohmann::json::dump(). All JSON of the engine is written here: bytes that are not
/// UTF-8, as names of folders may have, become U+FFFD, and numbers that are not finite become null, which JSON has in
/// place of them.
std::string json_text(const nlohmann::ordered_json& json, int indent = -1);

}  // namespace hetsyn
