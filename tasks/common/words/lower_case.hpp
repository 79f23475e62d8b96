#pragma once
#include <algorithm>
#include <string>

namespace hetsyn::tasks {

/// Names on CD-ROMs come in capitals or not, as the system that copied them likes. ASCII only, whatever the locale.
inline std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace hetsyn::tasks
