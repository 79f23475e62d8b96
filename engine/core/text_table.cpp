#include "core/text_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>
#include <boost/algorithm/string/split.hpp>
#include <numeric>
#include <optional>

#include "core/columns.hpp"
#include "core/markdown.hpp"

namespace hetsyn {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kGap = 2;  // columns between columns

/// A cell without control characters, in which spaces that must not become line breaks are no-break spaces.
std::string tied(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  boost::algorithm::replace_all(text, " ± ", "\u00a0±\u00a0");
  const std::size_t open = text.find('['), close = text.find(']');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    std::string range = text.substr(open, close - open);
    boost::algorithm::replace_all(range, " ", "\u00a0");
    text.replace(open, close - open, range);
  }
  return text;
}

std::string untied(const std::string& text) { return boost::algorithm::replace_all_copy(text, "\u00a0", " "); }

Lines split(const std::string& text, char at) {
  Lines parts;
  boost::algorithm::split(parts, text, [at](char c) { return c == at; });
  return parts;
}

std::size_t widest(const Lines& lines) {
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, columns_of(line));
  return width;
}

/// Title and cells of a column.
struct Column {
  bool is_text = false;
  Lines cells;

  [[nodiscard]] bool is_constant() const { return std::equal(cells.begin() + 2, cells.end(), cells.begin() + 1); }
  [[nodiscard]] std::size_t natural() const { return widest(cells); }
  [[nodiscard]] std::size_t least() const {
    std::size_t width = 0;
    for (const std::string& cell : cells) width = std::max(width, widest(split(cell, ' ')));
    return width;
  }
};

std::vector<Column> columns_of_table(const TextTable& table) {
  std::vector<Column> columns;
  for (std::size_t c = 0; c < table.titles.size(); ++c) {
    Column column{c < table.texts, {tied(table.titles[c])}};
    for (const Lines& row : table.rows) column.cells.push_back(tied(row[c]));
    columns.push_back(std::move(column));
  }
  return columns;
}

std::size_t sum(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), kGap * (widths.empty() ? 0 : widths.size() - 1));
}

/// Widths with which all columns fit, the widest made narrower first; empty if they cannot.
std::optional<std::vector<std::size_t>> fitting_widths(const std::vector<Column>& columns, std::size_t room) {
  std::vector<std::size_t> widths, least;
  for (const Column& column : columns) {
    widths.push_back(column.natural());
    least.push_back(column.least());
  }
  while (sum(widths) > room) {
    std::optional<std::size_t> next;
    for (std::size_t c = 0; c < widths.size(); ++c) {
      if (widths[c] > least[c] && (!next || widths[c] > widths[*next])) next = c;
    }
    if (!next) return std::nullopt;
    --widths[*next];
  }
  return widths;
}

std::string row_text(const std::vector<Column>& columns, const std::vector<std::size_t>& widths, std::size_t row) {
  std::vector<Lines> cells;
  std::size_t height = 0;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    cells.push_back(split(wrapped(columns[c].cells[row], widths[c]), '\n'));
    height = std::max(height, cells.back().size());
  }
  std::string out;
  for (std::size_t l = 0; l < height; ++l) {
    std::string line;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::string part = l < cells[c].size() ? untied(cells[c][l]) : std::string();
      const std::string gap(c == 0 ? 0 : kGap, ' ');
      line += columns[c].is_text ? fmt::format("{}{:<{}}", gap, part, widths[c])
                                 : fmt::format("{}{:>{}}", gap, part, widths[c]);
    }
    out += line.erase(line.find_last_not_of(' ') + 1) + '\n';
  }
  return out;
}

/// `limits`: the columns' largest widths.
std::string aligned(const std::vector<Column>& columns, const std::vector<std::size_t>& limits) {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    widths.push_back(0);
    for (const std::string& cell : columns[c].cells) {
      widths[c] = std::max(widths[c], widest(split(wrapped(cell, limits[c]), '\n')));
    }
  }
  std::string out = row_text(columns, widths, 0);
  for (std::size_t c = 0; c < columns.size(); ++c)
    out += std::string(c == 0 ? 0 : kGap, ' ') + std::string(widths[c], '-');
  out += '\n';
  for (std::size_t row = 1; row < columns.front().cells.size(); ++row) out += row_text(columns, widths, row);
  return out;
}

/// A block of lines "title  value" per row.
std::string blocks(const std::vector<Column>& columns, std::size_t room) {
  std::size_t titles = 0;
  for (const Column& column : columns) titles = std::max(titles, columns_of(column.cells.front()));
  std::string out;
  for (std::size_t row = 1; row < columns.front().cells.size(); ++row) {
    if (row > 1) out += '\n';
    for (const Column& column : columns) {
      const std::string title = untied(column.cells.front()), &value = column.cells[row];
      if (value.empty()) continue;
      const std::string line = fmt::format("{:<{}}  {}", title, titles, value);
      out += untied(columns_of(line) <= room ? line : title + "\n" + wrapped("  " + value, room, 2));
      out += '\n';
    }
  }
  return out;
}

/// Takes out the columns that are the same in all rows, and says what they are.
std::string take_common(std::vector<Column>& columns, std::size_t room) {
  if (columns.front().cells.size() < 3) return "";  // of one row, everything is
  std::string text;
  for (const Column& column : columns) {
    if (!column.is_constant()) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "In all rows: " : "; ", column.cells.front(), column.cells.back());
  }
  std::erase_if(columns, [](const Column& column) { return column.is_constant(); });
  return text.empty() ? text : untied(wrapped(text + ".", room)) + "\n\n";
}

std::string markdown(const TextTable& table) {
  std::string out = markdown_head(table.titles, table.texts);
  for (const Lines& row : table.rows) out += markdown_row(row);
  return out;
}

}  // namespace

std::string table_text(const TextTable& table, std::size_t room) {
  if (room == kUnlimitedColumns) return markdown(table);
  std::vector<Column> columns = columns_of_table(table);
  const auto natural = fitting_widths(columns, kUnlimitedColumns);
  if (sum(*natural) <= room) return aligned(columns, *natural);
  std::string common = take_common(columns, room);
  if (columns.empty()) return common;
  if (const auto widths = fitting_widths(columns, room)) return common + aligned(columns, *widths);
  std::vector<Column> main;
  Lines left_out;
  for (const Column& column : columns) {
    const std::string& title = column.cells.front();
    if (std::ranges::find(table.details, title) == table.details.end()) {
      main.push_back(column);
    } else {
      left_out.push_back(title);
    }
  }
  if (!left_out.empty() && !main.empty() && table.rows.size() > 1) {
    if (const auto widths = fitting_widths(main, room)) {
      return common + aligned(main, *widths) +
             wrapped(fmt::format("\nLeft out for want of room: {}.\n", fmt::join(left_out, "; ")), room);
    }
  }
  return common + blocks(columns, room);
}

}  // namespace hetsyn
