#include <fmt/format.h>

#include <algorithm>

#include "run/confusion.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kLongestName = 20;  // characters

/// "7 seven", or "7" if classes have no names. A long name is cut; its number identifies it.
std::string row_title(std::size_t label, const std::vector<std::string>& names) {
  if (names.empty()) return fmt::format("{}", label);
  const std::string& name = names[label];
  const std::string head = fmt::format("{:.{}}", name, kLongestName - 1);
  return fmt::format("{} {}", label, fmt::format("{:.{}}", name, kLongestName) == name ? name : head + "…");
}

/// The number of characters of a UTF-8 text.
std::size_t length(const std::string& text) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; };
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues));
}

std::size_t widest_count(const ConfusionMatrix& confusion) {
  std::uint64_t largest = confusion.classes() - 1;  // the column titles
  for (std::size_t label = 0; label < confusion.classes(); ++label) {
    for (std::size_t k = 0; k < confusion.classes(); ++k) largest = std::max(largest, confusion.count(label, k));
  }
  return fmt::formatted_size("{}", largest);
}

}  // namespace

std::string confusion_text(const ConfusionMatrix& confusion, const std::vector<std::string>& names) {
  std::vector<std::string> titles;
  std::size_t title_width = 0;
  for (std::size_t label = 0; label < confusion.classes(); ++label) {
    titles.push_back(row_title(label, names));
    title_width = std::max(title_width, length(titles.back()));
  }
  const std::size_t width = std::max<std::size_t>(4, widest_count(confusion)) + 2;
  std::string out = fmt::format("  {:{}}", "", title_width);
  for (std::size_t k = 0; k < confusion.classes(); ++k) out += fmt::format("{:>{}}", k, width);
  for (std::size_t label = 0; label < confusion.classes(); ++label) {
    out += fmt::format("\n  {}{:{}}", titles[label], "", title_width - length(titles[label]));
    for (std::size_t k = 0; k < confusion.classes(); ++k) {
      out += fmt::format("{:>{}}", confusion.count(label, k), width);
    }
  }
  return out + "\n";
}

}  // namespace hetsyn
