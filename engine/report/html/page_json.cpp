#include "report/html/page_json.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>
#include <string_view>

#include "core/json_text.hpp"

namespace hetsyn {

namespace {

constexpr std::array<std::string_view, 6> kMarks{"line", "steps", "points", "spikes", "histogram", "bars"};
constexpr double kLargestWhole = 9007199254740992.0;  // 2^53: JavaScript's numbers are exact up to here

/// Appends JSON to a text. Large arrays need no tree in memory.
class Writer {
 public:
  void value(double number) {
    if (!std::isfinite(number)) {
      text_ += "null";
    } else if (number == std::round(number) && std::abs(number) <= kLargestWhole) {
      fmt::format_to(std::back_inserter(text_), "{:.0f}", number);
    } else {
      fmt::format_to(std::back_inserter(text_), "{:.7g}", number);
    }
  }
  void value(bool yes) { text_ += yes ? "true" : "false"; }
  /// Bytes that are not UTF-8 become U+FFFD.
  void value(const std::string& text) { text_ += json_text(text); }
  void value(const Axis& axis) {
    open('{');
    member("title", axis.title);
    if (!axis.unit.empty()) member("unit", axis.unit);
    if (axis.logarithmic) member("logarithmic", true);
    if (!axis.categories.empty()) member("categories", axis.categories);
    if (axis.range) member("range", std::vector<double>{axis.range->first, axis.range->second});
    close('}');
  }
  void value(const Series& series) {
    open('{');
    member("name", series.name);
    member("mark", std::string(kMarks.at(static_cast<std::size_t>(series.mark))));
    member("x", series.x);
    member("y", series.y);
    if (!series.low.empty()) member("low", series.low);
    if (!series.high.empty()) member("high", series.high);
    if (!series.notes.empty()) member("notes", series.notes);
    if (series.dashed) member("dashed", true);
    if (!series.shown) member("shown", false);
    if (series.colour) member("colour", static_cast<double>(*series.colour));
    close('}');
  }
  void value(const Grid& grid) {
    open('{');
    member("title", grid.title);
    if (!grid.unit.empty()) member("unit", grid.unit);
    member("x", grid.x);
    member("y", grid.y);
    member("values", grid.values);
    if (grid.logarithmic) member("logarithmic", true);
    if (grid.numbers) member("numbers", true);
    close('}');
  }
  void value(const Panel& panel) {
    open('{');
    if (!panel.title.empty()) member("title", panel.title);
    member("y", panel.y);
    member("series", panel.series);
    if (panel.grid) member("grid", *panel.grid);
    member("height", panel.height);
    close('}');
  }
  void value(const Figure& figure) {
    open('{');
    member("name", figure.name);
    member("title", figure.title);
    member("caption", figure.caption);
    member("x", figure.x);
    member("panels", figure.panels);
    member("height_px", figure.height_px);
    close('}');
  }
  void value(const Table& table) {
    open('{');
    member("title", table.title);
    member("header", table.header);
    member("rows", table.rows);
    close('}');
  }
  void value(const Section& section) {
    open('{');
    member("title", section.title);
    member("text", section.text);
    member("tables", section.tables);
    member("figures", section.figures);
    if (!section.choice.empty()) member("choice", section.choice);
    close('}');
  }
  void value(const Page& page) {
    open('{');
    member("title", page.title);
    member("subtitle", page.subtitle);
    member("notices", page.notices);
    member("sections", page.sections);
    close('}');
  }
  template <class T>
  void value(const std::vector<T>& values) {
    open('[');
    for (const T& each : values) {
      separate();
      value(each);
    }
    close(']');
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  template <class T>
  void member(std::string_view name, const T& content) {
    separate();
    fmt::format_to(std::back_inserter(text_), "\"{}\":", name);
    value(content);
  }
  void open(char bracket) { text_ += bracket; }
  void close(char bracket) { text_ += bracket; }
  /// A comma, except at the beginning of an object or array.
  void separate() {
    if (text_.back() != '[' && text_.back() != '{') text_ += ',';
  }

  std::string text_;
};

}  // namespace

std::string page_json(const Page& page) {
  Writer writer;
  writer.value(page);
  return writer.take();
}

}  // namespace hetsyn
