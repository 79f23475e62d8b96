#include "training/settings.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>

namespace hetsyn {

void check(const TrainSettings& settings) {
  const OptimizerSettings& optimizer = settings.optimizer;
  if (optimizer.decay_max >= optimizer.decay_min) return;
  throw ConfigError(fmt::format("train.decay_max = {}: expected at least train.decay_min = {}", optimizer.decay_max,
                                optimizer.decay_min),
                    "train.decay_max");
}

}  // namespace hetsyn
