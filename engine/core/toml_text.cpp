#include "core/toml_text.hpp"

#include <algorithm>
#include <string>

namespace hetsyn {
namespace {

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// The position after the quoted text that starts at `begin`; a one-line text ends at the end of its line at the
/// latest.
std::size_t skip_quoted(std::string_view toml, std::size_t begin) {
  const char quote = toml[begin];
  const bool many_lines = toml.substr(begin, 3) == std::string(3, quote);
  const std::string end = many_lines ? std::string(3, quote) : std::string(1, quote);
  for (std::size_t at = begin + end.size(); at < toml.size(); ++at) {
    if (toml.substr(at).starts_with(end)) {
      at += end.size();
      // The content of a multi-line text may end in one or two quotes.
      for (int own = 0; many_lines && own < 2 && at < toml.size() && toml[at] == quote; ++own) ++at;
      return at;
    }
    if (!many_lines && toml[at] == '\n') return at;
    if (quote == '"' && toml[at] == '\\') {
      const std::size_t next = toml.find_first_not_of(" \t\r\n", at + 1);
      if (next < toml.size() && is_beyond_ascii(toml[next])) return next;  // toml++ asks whether it is a space
      ++at;
    }
  }
  return toml.size();
}

/// Whether a quote at `at` opens a string: within a bare word it does not.
bool opens_string(std::string_view toml, std::size_t at) {
  return at == 0 || std::string_view(" \t\r\n=,[{.").find(toml[at - 1]) != std::string_view::npos;
}

}  // namespace

std::size_t stray_character(std::string_view toml) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::size_t at = toml.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (at < toml.size()) {
    const char c = toml[at];
    if (is_beyond_ascii(c)) return at;
    if (c == '#') {
      at = std::min(toml.find('\n', at), toml.size());
    } else if ((c == '"' || c == '\'') && opens_string(toml, at)) {
      at = skip_quoted(toml, at);
    } else {
      ++at;
    }
  }
  return std::string_view::npos;
}

}  // namespace hetsyn
