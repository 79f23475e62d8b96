#pragma once
#include <string>

#include "config/config.hpp"
#include "training/checkpoint.hpp"

/// Networks of checkpoints, read without the task that they were trained on.
namespace hetsyn {

/// The config of a run, of which `document` is the text, with the network's ends as its checkpoint has them; without
/// the keys of the task, which only the task's plugin can read. Throws ConfigError and RunError.
RunConfig config_without_task(ConfigDocument document, const std::string& checkpoint);

struct NetworkOfCheckpoint {
  RunConfig config;  ///< see config_without_task()
  Checkpoint checkpoint;
};

/// Reads the network of a checkpoint, or one that was saved alone: without moments, and not trained. Throws RunError
/// where the file has none, ConfigError where its config is not one of this engine.
NetworkOfCheckpoint read_saved_network(const std::string& path);

}  // namespace hetsyn
