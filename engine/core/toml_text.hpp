#pragma once
#include <cstddef>
#include <string_view>

namespace hetsyn {

/// Where the first character beyond ASCII stands outside texts and comments, in which alone TOML has them; npos where
/// there is none. toml++ 3.3 must not see it: its tables of Unicode spaces end in __builtin_unreachable() there.
std::size_t stray_character(std::string_view toml);

}  // namespace hetsyn
