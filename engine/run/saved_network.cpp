#include "run/saved_network.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>
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
  config.model.readout = ends.readout;
  resolve(config, info);
  return config;
}

NetworkOfCheckpoint read_saved_network(const std::string& path) {
  ConfigDocument document = parse_toml(read_checkpoint_config(path), path);
  if (find_dotted(document, "model.neuron") == nullptr) {
    throw RunError(
        fmt::format("{}: has arrays but does not describe a network; expected a checkpoint, or a network that "
                    "was saved",
                    path));
  }
  RunConfig config = config_without_task(std::move(document), path);
  Checkpoint checkpoint = read_checkpoint_or_parameters(path, parameter_layout(network_layout(config.model)));
  return {std::move(config), std::move(checkpoint)};
}

}  // namespace hetsyn
