#pragma once
#include <string_view>

namespace hetsyn {

/// "0.1.0"
std::string_view engine_version();

}  // namespace hetsyn
