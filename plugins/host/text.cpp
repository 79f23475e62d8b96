#include "host/text.hpp"

#include <fmt/format.h>
#include <hetsyn_task.h>

#include <cstddef>
#include <cstring>
#include <hetsyn/exceptions.hpp>

namespace hetsyn {
namespace {

constexpr bool continues(unsigned byte) { return (byte & 0xC0u) == 0x80u; }

constexpr bool is_between(unsigned byte, unsigned low, unsigned high) { return byte >= low && byte <= high; }

/// The number of bytes of the UTF-8 character at the beginning of `text`; 0 if there is none (RFC 3629: neither
/// overlong forms nor surrogates nor anything above U+10FFFF).
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80u) return 1;
  if (is_between(first, 0xC2u, 0xDFu)) return continues(second) ? 2 : 0;
  if (is_between(first, 0xE0u, 0xEFu)) {
    const bool fits = is_between(second, first == 0xE0u ? 0xA0u : 0x80u, first == 0xEDu ? 0x9Fu : 0xBFu);
    return fits && continues(byte(2)) ? 3 : 0;
  }
  if (!is_between(first, 0xF0u, 0xF4u)) return 0;
  const bool fits = is_between(second, first == 0xF0u ? 0x90u : 0x80u, first == 0xF4u ? 0x8Fu : 0xBFu);
  return fits && continues(byte(2)) && continues(byte(3)) ? 4 : 0;
}

bool is_control(char c) { return is_between(static_cast<unsigned char>(c), 0, 0x1F) || c == 0x7F; }

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 1 && is_control(text[0])) {
      result += ' ';
    } else {
      result += size == 0 ? std::string_view("\uFFFD") : text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return result;
}

std::string read_text(std::string_view what, const char* text) {
  if (text == nullptr) return {};
  const std::size_t size = strnlen(text, HETSYN_MAX_TEXT + 1);
  if (size > HETSYN_MAX_TEXT) {
    throw PluginError(fmt::format("{} does not end within {} bytes", what, HETSYN_MAX_TEXT));
  }
  return printable({text, size});
}

}  // namespace hetsyn
