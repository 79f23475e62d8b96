#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace hetsyn {

/// JSON as text; `indent` is that of nlohmann::json::dump(). The engine writes all JSON with this function: bytes that
/// are not UTF-8, which names of folders may contain, become U+FFFD, and numbers that are not finite become null, since
/// JSON cannot represent them.
std::string json_text(const nlohmann::ordered_json& json, int indent = -1);

}  // namespace hetsyn
