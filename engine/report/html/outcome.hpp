#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/contrast.hpp"
#include "report/html/page.hpp"
#include "report/statistics.hpp"

/// Conditions of an experiment and their results, drawn over each setting that varies. Nothing is averaged but the
/// seeds of one condition.
namespace hetsyn {

struct Outcome {
  Settings settings;                           ///< plain(); with "task" and "data" where there are several
  std::map<std::uint64_t, double> values;      ///< by seed
  std::map<std::uint64_t, std::string> notes;  ///< by seed: "seed 3, runs/a"
};

/// The outcomes of one quantity.
struct Measure {
  std::string title;   ///< "accuracy (test, last epoch)"
  std::string metric;  ///< "accuracy"
  std::vector<Outcome> outcomes;
  Range range = {};
  bool is_difference = false;
};

/// The differences first − second of pairs of outcomes, over the seeds that both have: a measure for each set of
/// settings in which pairs differ. Their setting "pair" names the values of these.
std::vector<Measure> differences_of(const Measure& measure, std::span<const std::pair<std::size_t, std::size_t>> pairs);

/// A section for each setting over which something is drawn; readers choose the measure. If there is no such setting,
/// one section with the conditions beside each other.
std::vector<Section> outcome_sections(std::span<const Measure> measures);

/// The figures of all these in one section.
Section difference_section(std::span<const Measure> measures,
                           std::span<const std::pair<std::size_t, std::size_t>> pairs);

/// "Hz" for a name that ends in _hz; empty if the name does not say.
std::string unit_of(const std::string& name);

/// What the y axis of a panel shows at first, where intervals are so wide that they would hide the values: at most the
/// range of the values once more on either side. Empty: all.
std::optional<std::pair<double, double>> readable_range(std::span<const Series> series);
inline constexpr std::string_view kCutOff =
    " Intervals that are much wider than all values are cut off; the table has them.";

/// spread_text() that wraps only before the interval.
std::string spread_cell(const Spread& spread);

/// A name for Figure::name, of another text.
std::string figure_name(const std::string& text);
/// Numbers the names of figures that would be the same.
void tell_figures_apart(Page& page);

}  // namespace hetsyn
