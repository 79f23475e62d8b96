#include "report/html/weight_density.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "dynamics/synapse.hpp"

namespace hetsyn {
namespace {

constexpr double kColumnsPerDecade = 30.0;
constexpr std::size_t kRows = 50;

struct Synapse {
  double tau_ms = 0.0, weight = 0.0;
};

/// The synapses of `weights` whose time constants are neither 0 nor infinite. A neuron's decay is that of all its
/// synapses, a population's that of all its neurons.
void add_synapses(std::vector<Synapse>& all, const DecayCourse& course, const ParameterGroup& decays,
                  const ParameterGroup& weights, const Moment& moment) {
  const PopulationLayout& population = course.network.network.populations[decays.population];
  const bool without_diagonal = has_self_connections(weights, population) && !population.autapses;
  const std::span<const float> parameters(moment.parameters);
  const auto w = group_span(parameters, weights), r = group_span(parameters, decays);
  for (std::size_t j = 0; j < weights.rows; ++j) {
    for (std::size_t i = 0; i < weights.columns; ++i) {
      if (without_diagonal && i == j) continue;
      const std::size_t row = decays.rows == 1 ? 0 : j, column = decays.columns == 1 ? 0 : i;
      const double tau =
          time_constant_ms(static_cast<double>(r[row * decays.columns + column]), course.network.network.dt_ms);
      if (tau > 0.0 && std::isfinite(tau)) all.push_back({tau, static_cast<double>(w[j * weights.columns + i])});
    }
  }
}

/// The synapses that have the decays of a group: without decays of their own, the recurrent ones have those of r.
std::vector<Synapse> synapses(const DecayCourse& course, const ParameterGroup& decays, const Moment& moment) {
  const ParameterLayout& layout = course.network.layout;
  const bool recurrent = decays.field == Field::r_rec;
  std::vector<Synapse> all;
  add_synapses(all, course, decays, *layout.find(decays.population, recurrent ? Field::w_rec : Field::w), moment);
  const bool of_both = !recurrent && layout.find(decays.population, Field::r_rec) == nullptr;
  const ParameterGroup* const own = layout.find(decays.population, Field::w_rec);
  if (of_both && own != nullptr) add_synapses(all, course, decays, *own, moment);
  return all;
}

/// Places along an axis: `cells` of equal width from the smallest to the largest of some values.
class Cells {
 public:
  Cells(double low, double high, std::size_t cells)
      : low_(low), width_((high - low) / static_cast<double>(cells)), cells_(cells) {}
  [[nodiscard]] std::size_t cell_of(double value) const {
    return std::min(cells_ - 1, static_cast<std::size_t>((value - low_) / width_));
  }
  [[nodiscard]] double centre(std::size_t cell) const { return low_ + (static_cast<double>(cell) + 0.5) * width_; }

 private:
  double low_, width_;
  std::size_t cells_;
};

/// The range of time constants without the few that are far away from all others.
std::pair<double, double> first_view(std::vector<Synapse> all) {
  const auto outliers = static_cast<std::ptrdiff_t>(all.size() / 500);
  const auto tau_at = [&](std::ptrdiff_t place) {
    std::ranges::nth_element(all, all.begin() + place, {}, &Synapse::tau_ms);
    return all[static_cast<std::size_t>(place)].tau_ms;
  };
  return {tau_at(outliers) / 1.1, tau_at(static_cast<std::ptrdiff_t>(all.size()) - 1 - outliers) * 1.1};
}

}  // namespace

std::optional<Figure> weight_density(const DecayCourse& course, const DecaySelection& selection, const Moment& moment,
                                     const std::string& title) {
  const std::vector<Synapse> all = synapses(course, *selection.group, moment);
  if (all.empty()) return std::nullopt;
  const auto [shortest, longest] = std::ranges::minmax(all, {}, &Synapse::tau_ms);
  const auto [smallest, largest] = std::ranges::minmax(all, {}, &Synapse::weight);
  if (!(shortest.tau_ms < longest.tau_ms) || !(smallest.weight < largest.weight)) return std::nullopt;
  const double decades = std::log10(longest.tau_ms / shortest.tau_ms);
  const auto column_count = static_cast<std::size_t>(std::clamp(kColumnsPerDecade * decades, 30.0, 240.0));
  const Cells columns(std::log10(shortest.tau_ms), std::log10(longest.tau_ms), column_count);
  const Cells rows(smallest.weight, largest.weight, kRows);
  Grid grid{
      .title = "synapses", .x = {}, .y = {}, .values = std::vector<double>(kRows * column_count), .logarithmic = true};
  for (std::size_t column = 0; column < column_count; ++column)
    grid.x.push_back(std::pow(10.0, columns.centre(column)));
  for (std::size_t row = 0; row < kRows; ++row) grid.y.push_back(rows.centre(row));
  for (const Synapse& synapse : all) {
    grid.values[rows.cell_of(synapse.weight) * column_count + columns.cell_of(std::log10(synapse.tau_ms))] += 1.0;
  }
  std::string name = "weights-" + selection.name;
  std::ranges::replace(name, '.', '-');
  return Figure{.name = std::move(name),
                .title = title,
                .caption =
                    "The number of synapses in each cell, after training. Synapses that never decay (τ = ∞) or have "
                    "no memory (τ = 0) are left out, and at first the outermost 0.2 % on each side.",
                .x = {.title = "synaptic time constant τ", .unit = "ms", .logarithmic = true, .range = first_view(all)},
                .panels = {{.y = {.title = "weight", .unit = "threshold"}, .grid = std::move(grid)}},
                .height_px = 380};
}

}  // namespace hetsyn
