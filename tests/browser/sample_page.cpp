// Writes a page with every kind of figure, names that try to be HTML, and a raster of 100,000 spikes: sample_page FILE
#include <cmath>
#include <cstdio>
#include <exception>
#include <limits>
#include <string>

#include "report/html/page.hpp"

namespace {

using hetsyn::Figure;
using hetsyn::Grid;
using hetsyn::Mark;
using hetsyn::Series;

const std::string kHostile =
    R"(</script><script>window.attacked = true</script><img src=x onerror="window.attacked=true"> "%{x}" 'ü' <b>)";

Figure curves() {
  Series loss{.name = "train loss"}, interval{.name = "validation loss"}, gaps{.name = kHostile, .mark = Mark::points};
  for (int epoch = 1; epoch <= 40; ++epoch) {
    const double value = std::exp(-0.1 * epoch) + 0.01;
    loss.x.push_back(epoch);
    loss.y.push_back(value);
    interval.x.push_back(epoch);
    interval.y.push_back(1.2 * value);
    interval.low.push_back(value);
    interval.high.push_back(1.4 * value);
    gaps.x.push_back(epoch);
    gaps.y.push_back(epoch % 5 == 0 ? std::numeric_limits<double>::quiet_NaN() : 0.3);
    gaps.notes.push_back("note " + std::to_string(epoch));
  }
  return {.name = "curves",
          .title = "Loss over epochs",
          .caption = "Lines with an interval, and points with gaps and notes.",
          .x = {.title = "epoch"},
          .panels = {{.y = {.title = "loss", .unit = "nat"}, .series = {loss, interval, gaps}}}};
}

Figure matrix() {
  Grid grid{
      .title = "samples", .x = {0, 1, 2}, .y = {0, 1, 2}, .values = {9, 1, 0, 2, 7, 1, 0, 0, 10}, .numbers = true};
  const std::vector<std::string> classes{"zero", kHostile, std::string(10000, 'w')};
  return {.name = "confusion",
          .title = "Confusion matrix",
          .caption = "Rows are labels, columns decisions.",
          .x = {.title = "decision", .categories = classes},
          .panels = {{.y = {.title = "label", .categories = classes}, .grid = grid}}};
}

Figure histogram() {
  Series before{.name = "before", .mark = Mark::histogram}, after{.name = "after", .mark = Mark::histogram};
  for (int edge = 0; edge <= 30; ++edge) {
    before.x.push_back(std::pow(10.0, edge / 10.0));
    before.y.push_back(30 - edge);
    after.y.push_back(edge % 30);
  }
  after.x = before.x;
  return {.name = "histogram",
          .title = "Time constants",
          .caption = "A histogram on a logarithmic axis.",
          .x = {.title = "time constant", .unit = "ms", .logarithmic = true},
          .panels = {{.y = {.title = "synapses"}, .series = {before, after}}}};
}

Figure bars() {
  const Series mean{
      .name = "accuracy", .mark = Mark::bars, .x = {0, 1}, .y = {0.8, 0.9}, .low = {0.7, 0.85}, .high = {0.85, 0.95}};
  const Series runs{.name = "runs",
                    .mark = Mark::points,
                    .x = {0, 0, 1, 1},
                    .y = {0.75, 0.85, 0.88, 0.92},
                    .notes = {"seed 0", "seed 1", "seed 0", "seed 1"}};
  return {.name = "bars",
          .title = "Models",
          .caption = "Bars with intervals, and the runs as points.",
          .x = {.title = "model", .categories = {"het_lif", "hetsyn_lif"}},
          .panels = {{.y = {.title = "accuracy"}, .series = {mean, runs}}}};
}

Figure raster(std::size_t spikes, const std::string& name) {
  Series input{.name = "input", .mark = Mark::spikes}, potential{.name = "potential of neuron 3"};
  Series threshold{.name = "threshold", .x = {0, 1000}, .y = {1, 1}, .dashed = true};
  for (std::size_t i = 0; i < spikes; ++i) {
    input.x.push_back(static_cast<double>(i * 7919 % 1000));
    input.y.push_back(static_cast<double>(i * 104729 % 700));
  }
  for (int t = 0; t < 1000; ++t) {
    potential.x.push_back(t);
    potential.y.push_back(std::fmod(t * 0.013, 1.0));
  }
  return {.name = name,
          .title = "Activity of " + name,
          .caption = "Panels that share the time axis.",
          .x = {.title = "time", .unit = "ms"},
          .panels = {{.y = {.title = "channel"}, .series = {input}, .height = 2, .title = "input"},
                     {.y = {.title = "potential"}, .series = {potential, threshold}, .title = "hidden1"}},
          .height_px = 560};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  try {
    hetsyn::write_page(
        arguments[1],
        {.title = "A page of everything " + kHostile,
         .subtitle = std::string(10000, 'x'),
         .notices = {"A notice with " + kHostile},
         .sections = {
             {.title = "Facts", .tables = {{.title = "run", .rows = {{"task", kHostile}, {"seed", "3"}}}}},
             {.title = "Figures", .text = {"Text."}, .figures = {curves(), matrix(), histogram(), bars()}},
             {.title = "Samples", .figures = {raster(100000, "sample-0"), raster(500, "sample-1")}, .choice = "Sample"},
             {.title = "Empty"}}});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
