#pragma once
#include <algorithm>
#include <string>

namespace hetsyn::tasks {

/// Names from CD-ROMs are in upper or lower case, depending on the system that copied them. ASCII only, independent of
/// the locale.
inline std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace hetsyn::tasks
