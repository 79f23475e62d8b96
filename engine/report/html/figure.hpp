#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Figures as data. They say what is shown, with which unit; figure.js draws them with Plotly.js, and makes from the
/// same data the legend, the table and the files to download.
namespace hetsyn {

struct Axis {
  std::string title;                                    ///< "time"
  std::string unit = {};                                ///< "ms"; empty: a pure number
  bool logarithmic = false;                             ///< at first; readers can change it
  std::vector<std::string> categories = {};             ///< positions 0, 1, … have these names; empty: a numeric axis
  std::optional<std::pair<double, double>> range = {};  ///< at first; empty: what the values take
};

enum class Mark : std::uint8_t {
  line,       ///< points joined in their order; NaN interrupts the line
  steps,      ///< a value that holds until the next x
  points,     ///< one sign for each value
  spikes,     ///< a short stroke for each event, for rasters of any size
  histogram,  ///< filled steps: a count from each edge x to the next; the last y, at the last edge, is 0
  bars,       ///< a bar for each x, which are positions of categories; those of several series stand side by side
};

struct Series {
  std::string name;
  Mark mark = Mark::line;
  std::vector<double> x = {}, y = {};       ///< of equal length; NaN is an undefined value
  std::vector<double> low = {}, high = {};  ///< bounds of y, such as a 95 % interval; empty: none
  std::vector<std::string> notes = {};      ///< text of each point beside its values: "seed 3"; empty: none
  bool dashed = false;                      ///< for bounds and references, such as a threshold
  bool shown = true;                        ///< at first
  std::optional<std::size_t> colour = {};   ///< equal numbers have equal colours; empty: the place in the figure
};

/// A matrix, drawn in colours.
struct Grid {
  std::string title, unit = {};  ///< of the values
  std::vector<double> x, y;      ///< centres of columns and rows, ascending
  std::vector<double> values;    ///< [y][x]; NaN stays empty
  bool logarithmic = false;      ///< colours by the logarithm of values, which are 0 or more
  bool numbers = false;          ///< also write the values, where there is room
};

struct Panel {
  Axis y;
  std::vector<Series> series = {};
  std::optional<Grid> grid = {};  ///< its rows and columns are along the axes
  double height = 1.0;            ///< relative to the other panels
  std::string title = {};         ///< above the panel; empty: none
};

/// One or more panels above each other that share the x axis.
struct Figure {
  std::string name;  ///< unique on the page, of letters, digits, '-' and '_': names downloads, "curves-loss"
  std::string title;
  std::string caption;  ///< what is to be seen, and how it was computed
  Axis x;
  std::vector<Panel> panels;
  double height_px = 360;
};

}  // namespace hetsyn
