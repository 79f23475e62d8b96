#pragma once
#include <atomic>
#include <cstddef>
#include <functional>
#include <hetsyn/recording.hpp>
#include <optional>
#include <span>
#include <vector>

#include "data/task_port.hpp"
#include "run/evaluation.hpp"

/// Records samples as an evaluation computes them, with the same seeds and the same damage.
namespace hetsyn {

/// What the recordings of an evaluation have in common.
RecordingFacts recording_facts(const PreparedEvaluation& evaluation);

/// The samples to record, as places in the set of the evaluation: `wanted`, or the first ten if there are none. Throws
/// UsageError for a place that the set does not have, or that is given twice.
std::vector<std::size_t> chosen_samples(const PreparedEvaluation& evaluation, std::span<const std::size_t> wanted);

/// Records chosen_samples() one after the other, and gives each to `take`. A recording does not depend on which other
/// samples are recorded. Returns false if `stop` was set before the end. Throws as evaluate(),
/// but not for readouts that are not finite.
bool record_samples(const PreparedEvaluation& evaluation, std::span<const std::size_t> samples,
                    const std::atomic<bool>& stop, const std::function<void(Recording&& recording)>& take);

/// The same, all at once; empty if `stop` was set before the end.
std::optional<RecordedSamples> record_samples(const PreparedEvaluation& evaluation,
                                              std::span<const std::size_t> samples, const std::atomic<bool>& stop);

/// The task's own plots of a batch that consists of the recorded samples.
std::vector<PlotSeries> task_plots(const Task& task, const RecordedSamples& recorded);

}  // namespace hetsyn
