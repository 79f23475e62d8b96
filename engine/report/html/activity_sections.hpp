#pragma once
#include <hetsyn/recording.hpp>
#include <span>
#include <vector>

#include "data/task_port.hpp"
#include "report/html/page.hpp"

namespace hetsyn {

/// Sections on what a network does with single samples; none if no sample was recorded and the task has no plots. The
/// first has a figure for each sample, of panels that share the time: input, spikes of every population, potentials of
/// a few neurons, readout. The second has the task's own plots, from task_plots().
std::vector<Section> activity_sections(const RecordedSamples& recorded, std::span<const PlotSeries> plots);

}  // namespace hetsyn
