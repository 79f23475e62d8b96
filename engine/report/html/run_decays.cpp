#include "report/html/run_decays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <utility>

#include "dynamics/synapse.hpp"
#include "report/analysis/decay_course.hpp"
#include "report/html/weight_density.hpp"
#include "run/summary.hpp"

namespace hetsyn {
namespace {

constexpr double kBinsPerDecade = 40.0;
constexpr double kPanelPx = 190;

/// Everything that the figures are made from.
struct Decays {
  DecayCourse course;
  std::vector<DecaySelection> selections;
  std::string checkpoint;  ///< "best" or "last"

  [[nodiscard]] bool has_beginning() const { return course.moments.contains(0); }
  [[nodiscard]] const Moment& beginning() const { return course.moments.begin()->second; }
  [[nodiscard]] const Moment& end() const { return course.moments.rbegin()->second; }
  [[nodiscard]] bool trained() const {
    return std::ranges::any_of(selections, [](const DecaySelection& each) { return each.group->trainable; });
  }
  [[nodiscard]] const PopulationLayout& population(const DecaySelection& selection) const {
    return course.network.network.populations[selection.group->population];
  }
};

std::string title_of(const DecaySelection& selection, const Decays& decays) {
  const PopulationLayout& population = decays.population(selection);
  const std::string& name = population.name;
  if (selection.group->field == Field::rho_a) return name + ", adaptation";
  if (population.recurrent && !population.has_recurrent_decays()) return name + ", all synapses";
  return selection.group->field == Field::r_rec ? name + ", recurrent" : name + ", feed-forward";
}

/// What has a decay of its own.
std::string_view owners(const DecaySelection& selection, const PopulationLayout& population) {
  if (selection.group->field == Field::rho_a) {
    return population.adaptation == AdaptationSharing::neuron ? "neurons" : "populations";
  }
  switch (population.sharing) {
    case DecaySharing::population: return "populations";
    case DecaySharing::neuron:
    case DecaySharing::projection: return "neurons";
    case DecaySharing::synapse: break;
  }
  return "synapses";
}

Decays read_decays(const RunRecord& run, const std::string& checkpoint) {
  Decays decays{read_course(run.path, checkpoint), {}, checkpoint};
  const NetworkState& network = decays.course.network;
  for (const ParameterGroup& group : network.layout.groups) {
    if (group.is_decay()) decays.selections.push_back(select_all(group, network.network.populations[group.population]));
  }
  return decays;
}

/// All time constants before and after the training that are neither 0 nor infinite, ascending.
std::vector<double> finite_taus(const Decays& decays) {
  std::vector<double> taus;
  for (const Moment* const moment : {&decays.beginning(), &decays.end()}) {
    for (const DecaySelection& selection : decays.selections) {
      for (const float decay : values_of(selection, moment->parameters)) {
        const double tau = time_constant_ms(static_cast<double>(decay), decays.course.scale.dt_ms);
        if (std::isfinite(tau) && tau > 0.0) taus.push_back(tau);
      }
    }
  }
  std::ranges::sort(taus);
  return taus;
}

/// Without the few that are far away from all others: the axis would be drawn out to 10^8 ms.
std::pair<double, double> first_view(const std::vector<double>& taus) {
  const std::size_t outliers = taus.size() / 500;
  return {taus[outliers] / 1.2, taus[taus.size() - 1 - outliers] * 1.2};
}

std::vector<double> edges_for(const std::vector<double>& taus) {
  const double low = taus.front() / 1.01, high = taus.back() * 1.01;
  const double bins = std::clamp(kBinsPerDecade * std::log10(high / low), 20.0, 400.0);
  return logarithmic_edges(low, high, static_cast<std::size_t>(bins));
}

Series histogram_series(std::string name, std::size_t colour, const Decays& decays, const DecaySelection& selection,
                        const Moment& moment, const std::vector<double>& edges) {
  const TauHistogram histogram = tau_histogram(values_of(selection, moment.parameters), decays.course.scale, edges);
  Series series{.name = std::move(name), .mark = Mark::histogram, .x = histogram.edges_ms, .colour = colour};
  for (const std::size_t count : histogram.counts) series.y.push_back(static_cast<double>(count));
  series.y.push_back(0.0);
  return series;
}

Figure histogram_figure(const Decays& decays, const std::vector<double>& taus) {
  const std::vector<double> edges = edges_for(taus);
  Figure figure{.name = "tau-histograms",
                .title = "Time constants before and after training",
                .caption =
                    "Counts per bin of equal width in log τ, of decays that are not at a clamp; the table has those "
                    "that are. At first the view leaves out the outermost 0.2 % on each side.",
                .x = {.title = "time constant τ", .unit = "ms", .logarithmic = true, .range = first_view(taus)},
                .panels = {}};
  for (const DecaySelection& selection : decays.selections) {
    Panel panel{.y = {.title = std::string(owners(selection, decays.population(selection)))},
                .title = title_of(selection, decays)};
    if (decays.has_beginning()) {
      panel.series.push_back(histogram_series("before", 7, decays, selection, decays.beginning(), edges));
    }
    panel.series.push_back(histogram_series("after", 0, decays, selection, decays.end(), edges));
    figure.panels.push_back(std::move(panel));
  }
  figure.height_px = 90.0 + kPanelPx * static_cast<double>(figure.panels.size());
  return figure;
}

std::string share_text(std::size_t part, std::size_t whole) {
  return fmt::format("{:.3g} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

void add_row(Table& table, const Decays& decays, const DecaySelection& selection, std::string_view when,
             const Moment& moment) {
  const TauStatistics tau = tau_statistics(values_of(selection, moment.parameters), decays.course.scale, 0.0);
  table.rows.push_back({title_of(selection, decays), std::string(when), std::to_string(tau.count),
                        metric_text(tau.lower_quartile_ms), metric_text(tau.median_ms),
                        metric_text(tau.upper_quartile_ms), share_text(tau.clamped_low, tau.count),
                        share_text(tau.clamped_high, tau.count)});
}

Table clamp_table(const Decays& decays) {
  const DecayScale& scale = decays.course.scale;
  const auto tau_text = [&](double decay) { return metric_text(time_constant_ms(decay, scale.dt_ms)); };
  Table table{.title = "Time constants in ms",
              .header = {"synapses", "when", "decays", "lower quartile", "median", "upper quartile",
                         fmt::format("at τ = {} (lower clamp)", tau_text(scale.minimum)),
                         fmt::format("at τ = {} (upper clamp)", tau_text(scale.maximum))}};
  for (const DecaySelection& selection : decays.selections) {
    if (decays.has_beginning()) add_row(table, decays, selection, "before", decays.beginning());
    add_row(table, decays, selection, "after", decays.end());
  }
  return table;
}

Section histogram_section(const Decays& decays) {
  Section section{.title = "Time constants"};
  section.text.push_back(fmt::format(
      "Each decay factor r is shown as its time constant τ = −Δt / ln r, with Δt = {:.4g} ms. After training: "
      "checkpoint {}, epoch {}, step {}.",
      decays.course.scale.dt_ms, decays.checkpoint, decays.end().epoch, decays.course.moments.rbegin()->first));
  if (!decays.has_beginning()) {
    section.text.emplace_back(
        "The run was given its initial parameters and has not kept them (checkpoints/step-0.h5), so that only those "
        "after training are shown.");
  }
  section.tables.push_back(clamp_table(decays));
  const std::vector<double> taus = finite_taus(decays);
  if (!decays.trained()) {
    section.text.emplace_back("All synapses of a population have the same time constant, which is not trained.");
  } else if (!taus.empty()) {
    section.figures.push_back(histogram_figure(decays, taus));
  } else {
    section.text.emplace_back("All decays are at a clamp, so that there is no histogram.");
  }
  return section;
}

Panel drift_panel(const Decays& decays, const DecaySelection& selection) {
  Series series{.name = "median τ and quartiles", .colour = 0};
  for (const auto& [step, moment] : decays.course.moments) {
    const TauStatistics tau = tau_statistics(values_of(selection, moment.parameters), decays.course.scale, 0.0);
    series.x.push_back(static_cast<double>(step));
    series.y.push_back(tau.median_ms);
    series.low.push_back(tau.lower_quartile_ms);
    series.high.push_back(tau.upper_quartile_ms);
    series.notes.push_back(fmt::format("epoch {}", moment.epoch));
  }
  return {.y = {.title = "τ", .unit = "ms", .logarithmic = true},
          .series = {std::move(series)},
          .title = title_of(selection, decays)};
}

Section drift_section(const Decays& decays) {
  Section section{.title = "Drift of time constants"};
  if (!decays.trained()) return section;
  if (decays.course.moments.size() < 3) {
    section.text.emplace_back(
        "The run has no snapshots between its beginning and its end (run.snapshot_every_epochs), so that how its time "
        "constants changed on the way is not known.");
    return section;
  }
  Figure figure{.name = "tau-drift",
                .title = "Time constants over training",
                .caption =
                    "Median, and the band between the quartiles, at the beginning, in each snapshot and in the "
                    "checkpoint.",
                .x = {.title = "optimizer step"},
                .panels = {}};
  for (const DecaySelection& selection : decays.selections) figure.panels.push_back(drift_panel(decays, selection));
  figure.height_px = 90.0 + kPanelPx * static_cast<double>(figure.panels.size());
  section.figures.push_back(std::move(figure));
  return section;
}

Section density_section(const Decays& decays) {
  Section section{.title = "Weights against time constants", .choice = "Synapses"};
  if (!decays.trained()) return section;
  for (const DecaySelection& selection : decays.selections) {
    if (!selection.group->is_synaptic_decay()) continue;
    auto figure = weight_density(decays.course, selection, decays.end(), title_of(selection, decays));
    if (figure) section.figures.push_back(*std::move(figure));
  }
  if (section.figures.empty()) {
    section.text.emplace_back("There is nothing to compare: all time constants are equal, or at a clamp.");
  }
  return section;
}

}  // namespace

std::vector<Section> decay_sections(const RunRecord& run) {
  const std::string checkpoint = run.checkpoint();
  if (checkpoint.empty()) {
    return {{.title = "Time constants", .text = {"The run has no checkpoint, so that its parameters are not known."}}};
  }
  try {
    const Decays decays = read_decays(run, checkpoint);
    return {histogram_section(decays), density_section(decays), drift_section(decays)};
  } catch (const Error& error) {
    return {{.title = "Time constants", .text = {fmt::format("They could not be read: {}.", error.what())}}};
  }
}

}  // namespace hetsyn
