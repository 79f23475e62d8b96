#include "run/saved_network.hpp"

#include <utility>

#include "network/spec.hpp"

namespace hetsyn {

RunConfig config_without_task(ConfigDocument document, const std::string& checkpoint) {
  const std::string task = task_name(document);
  std::erase_if(document, [](const ConfigEntry& entry) { return entry.key == "task"; });
  RunConfig config = read_config(document, task, {});
  const NetworkEnds ends = read_network_ends(checkpoint, config.model.hidden);
  TaskInfo info;
  info.inputs = ends.inputs;
  info.outputs = ends.outputs;
  resolve(config, info);
  return config;
}

NetworkOfCheckpoint read_saved_network(const std::string& path) {
  RunConfig config = config_without_task(parse_toml(read_checkpoint_config(path), path), path);
  Checkpoint checkpoint = read_checkpoint(path, parameter_layout(network_layout(config.model)));
  return {std::move(config), std::move(checkpoint)};
}

}  // namespace hetsyn
