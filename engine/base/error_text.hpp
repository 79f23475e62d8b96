#pragma once
#include <string>
#include <system_error>

namespace hetsyn {

/// The system's text for an errno: "No space left on device".
inline std::string error_text(int number) { return std::generic_category().message(number); }

}  // namespace hetsyn
