#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "report/html/figure.hpp"

/// A report as one HTML file that opens without a network: text, tables and figures with the library that draws them.
namespace hetsyn {

struct Table {
  std::string title;
  std::vector<std::string> header = {};  ///< empty: rows of a name and its value
  std::vector<std::vector<std::string>> rows = {};
};

struct Section {
  std::string title;
  std::vector<std::string> text = {};  ///< paragraphs
  std::vector<Table> tables = {};
  std::vector<Figure> figures = {};
  std::string choice = {};  ///< "Sample": readers choose one of the figures by its title; empty: all are shown
};

struct Page {
  std::string title, subtitle = {};
  std::vector<std::string> notices = {};  ///< what a reader must know first: a stand-in, an interrupted run
  std::vector<Section> sections = {};     ///< those without any content are left out
  std::optional<unsigned> reload_s = {};  ///< the page loads itself again, while a training changes it
};

/// Throws RunError if the engine was built without Plotly.js, and says how to get it.
void require_plotly();

/// The HTML file. Throws as require_plotly().
std::string page_html(const Page& page);

/// Writes the file by replacing it whole. Throws as page_html(), and RunError if it cannot be written.
void write_page(const std::filesystem::path& file, const Page& page);

}  // namespace hetsyn
