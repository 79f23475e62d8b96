#include "core/columns.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hetsyn {
namespace {

std::string wrapped_line(std::string_view line, std::size_t columns, std::size_t indent) {
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t word = std::min(line.find_first_not_of(' ', at), line.size());
    std::size_t end = std::min(line.find(' ', word), line.size());
    if (line.substr(end).starts_with(" %")) end = std::min(line.find(' ', end + 1), line.size());  // "95 %"
    std::string_view part = line.substr(at, end - at);
    if (at > 0 && used > indent && used + columns_of(part) > columns) {
      out += '\n' + std::string(indent, ' ');
      used = indent;
      part = line.substr(word, end - word);
    }
    out += part;
    used += columns_of(part);
    at = end;
  }
  return out;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  // fmt pads to a number of columns, which is at most that of the bytes.
  return text.size() - (fmt::formatted_size("{:>{}}", text, text.size()) - text.size());
}

std::string first_fitting(std::span<const std::string> candidates, std::size_t columns) {
  const auto fits = [&](const std::string& text) { return columns_of(text) <= columns; };
  const auto at = std::ranges::find_if(candidates, fits);
  return at != candidates.end() ? *at : fmt::format("{:.{}}", candidates.back(), columns);
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent) {
  if (columns == kUnlimitedColumns) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    out += columns_of(line) <= columns ? std::string(line) : wrapped_line(line, columns, indent);
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace hetsyn
