#include "core/markdown.hpp"

namespace hetsyn {
namespace {

std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

}  // namespace

std::string markdown_row(std::span<const std::string> cells) {
  std::string row = "|";
  for (const std::string& text : cells) row += " " + cell(text) + " |";
  return row + "\n";
}

std::string markdown_head(std::span<const std::string> titles, std::size_t texts) {
  std::string rule = "|";
  for (std::size_t i = 0; i < titles.size(); ++i) rule += i < texts ? " --- |" : " ---: |";
  return markdown_row(titles) + rule + "\n";
}

}  // namespace hetsyn
