#pragma once
#include <hetsyn/task.hpp>

#include <cstdint>
#include <span>

namespace hetsyn::tasks {

/// Steps [first, last) of a trial.
struct Interval {
  std::uint32_t first, last;
};

/// What a report shows of a trained network (Fig. 3A): the readout in the first trial of each class, and how the
/// decision forms over time, as the mean of all trials of a class. Each figure marks the two cues. A trial has `steps`
/// steps unless time is warped.
void plot_trials(const sdk::Batch& batch, std::span<const Interval, 2> cues, std::uint32_t steps,
                 const sdk::PlotSink& sink);

}  // namespace hetsyn::tasks
