#pragma once
#include <cstddef>
#include <span>
#include <string>

/// Tables in Markdown. The text of a cell is escaped, so that it cannot end the cell or the row.
namespace hetsyn {

/// "| a | b |" and a newline.
std::string markdown_row(std::span<const std::string> cells);

/// The first two lines of a table. The first `texts` columns contain words, the others numbers.
std::string markdown_head(std::span<const std::string> titles, std::size_t texts);

}  // namespace hetsyn
