#pragma once
#include <cstddef>
#include <string_view>

namespace hetsyn {

/// The position of the first non-ASCII character outside texts and comments, where TOML does not allow any, or after a
/// backslash and spaces in a text; npos if there is none. toml++ 3.3 must not parse such a character: its tables of
/// Unicode spaces end in
/// __builtin_unreachable().
std::size_t stray_character(std::string_view toml);

}  // namespace hetsyn
