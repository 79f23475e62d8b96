#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace hetsyn {

/// A table for people, in which every row has a cell for each title.
struct TextTable {
  std::vector<std::string> titles;
  std::size_t texts = 0;             ///< the first columns contain words, the others numbers
  std::vector<std::string> details;  ///< titles of columns that may be left out where there is no room
  std::vector<std::vector<std::string>> rows;
};

/// The table in lines of at most `columns`: aligned; else with what all rows share once above; else with cells of
/// several lines; else without `details`; else one block of lines per row. For kUnlimitedColumns, Markdown.
std::string table_text(const TextTable& table, std::size_t columns);

}  // namespace hetsyn
