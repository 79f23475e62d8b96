#pragma once
#include <charconv>
#include <string>

namespace hetsyn::sdk::detail {

/// The shortest text that is read back as the same number.
inline std::string shortest(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace hetsyn::sdk::detail
