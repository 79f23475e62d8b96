#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

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

std::size_t widest_count(const ConfusionMatrix& confusion) {
  std::uint64_t largest = confusion.classes() - 1;  // the column titles
  for (std::size_t label = 0; label < confusion.classes(); ++label) {
    for (std::size_t k = 0; k < confusion.classes(); ++k) largest = std::max(largest, confusion.count(label, k));
  }
  return fmt::formatted_size("{}", largest);
}

std::string matrix_text(const ConfusionMatrix& confusion, const std::vector<std::string>& titles,
                        std::size_t title_width, std::size_t width) {
  std::string out = fmt::format("  {:{}}", "", title_width);
  for (std::size_t k = 0; k < confusion.classes(); ++k) out += fmt::format("{:>{}}", k, width);
  for (std::size_t label = 0; label < confusion.classes(); ++label) {
    out += fmt::format("\n  {:<{}}", titles[label], title_width);
    for (std::size_t k = 0; k < confusion.classes(); ++k) {
      out += fmt::format("{:>{}}", confusion.count(label, k), width);
    }
  }
  return out + "\n";
}

/// "19 as 16, 1 as 15": the most frequent wrong decisions.
std::string mistakes_text(const ConfusionMatrix& confusion, std::size_t label, std::size_t columns) {
  std::vector<std::size_t> order(confusion.classes());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t k) { return confusion.count(label, k); });
  std::string text;
  for (const std::size_t k : order) {
    if (k == label || confusion.count(label, k) == 0) continue;
    const std::string next = fmt::format("{}{} as {}", text.empty() ? "" : ", ", confusion.count(label, k), k);
    if (text.size() + next.size() > columns) break;
    text += next;
  }
  return text;
}

std::string list_text(const ConfusionMatrix& confusion, const std::vector<std::string>& titles, std::size_t title_width,
                      std::size_t columns) {
  std::string out;
  for (std::size_t label = 0; label < confusion.classes(); ++label) {
    std::uint64_t samples = 0;
    for (std::size_t k = 0; k < confusion.classes(); ++k) samples += confusion.count(label, k);
    const std::string line =
        fmt::format("  {:<{}}  {:>{}} of {:>{}} right", titles[label], title_width, confusion.count(label, label),
                    widest_count(confusion), samples, widest_count(confusion));
    const std::size_t used = columns_of(line) + 2;
    const std::string mistakes = mistakes_text(confusion, label, columns - std::min(columns, used));
    out += line + (mistakes.empty() ? "" : "; " + mistakes) + "\n";
  }
  return out;
}

}  // namespace

std::string confusion_text(const ConfusionMatrix& confusion, const std::vector<std::string>& names,
                           std::size_t columns) {
  std::vector<std::string> titles;
  std::size_t title_width = 0;
  for (std::size_t label = 0; label < confusion.classes(); ++label) {
    titles.push_back(row_title(label, names));
    title_width = std::max(title_width, columns_of(titles.back()));
  }
  const std::size_t narrow = widest_count(confusion) + 1, wide = std::max<std::size_t>(4, narrow - 1) + 2;
  for (const std::size_t width : {wide, narrow}) {
    if (2 + title_width + confusion.classes() * width > columns) continue;
    return matrix_text(confusion, titles, title_width, width);
  }
  return list_text(confusion, titles, title_width, columns);
}

}  // namespace hetsyn
