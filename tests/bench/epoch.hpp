#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/step.hpp"

namespace hetsyn::bench {

/// Whole epochs of configs/shd.toml on made-up recordings in SHD's format, as many and as dense as SHD's, as the
/// program runs them: plugin, loader, metrics, checkpoints and summary. `epochs` of them, against the time that the
/// same steps and forward passes take on batches that are there. Each time is {wall, processor} in seconds:
///   step, forward       one training step and one forward pass of an evaluation: means before and after the run
///   steps, evaluations  how many of them an epoch has
///   epochs              [{training, evaluation, checkpoint, training_ratio, ratio}]
/// training_ratio is (training + checkpoint) / (steps · step); ratio is the whole epoch over
/// steps · step + evaluations · forward.
///
/// `recordings`, if not 0, replaces the number of recordings for training; `changes` are other values of the file's
/// keys, as for --set of the engine.
nlohmann::json measure_epochs(int epochs, std::size_t recordings, const std::vector<std::string>& changes,
                              const StepOptions& options);

}  // namespace hetsyn::bench
