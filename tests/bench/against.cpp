#include "bench/against.hpp"

#include <fmt/format.h>

#include "bench/child.hpp"
#include "bench/source_file.hpp"

namespace hetsyn::bench {
namespace {

std::vector<std::string> torch_command(const Workload& workload, const std::string& variant, int threads) {
  std::vector<std::string> command{python(), source_file("tests/bench/torch/" + variant + ".py")};
  const auto add = [&](const std::string& name, const auto& value) {
    command.push_back("--" + name);
    command.push_back(fmt::format("{}", value));
  };
  add("inputs", workload.network.inputs);
  command.emplace_back("--hidden");
  for (const std::size_t size : workload.network.hidden) command.push_back(fmt::format("{}", size));
  add("outputs", workload.network.outputs);
  add("steps", workload.steps);
  add("batch", workload.batch);
  add("density", workload.density);
  add("dropout", workload.network.dropout);
  add("repeats", 3);
  if (threads > 0) add("threads", threads);
  return command;
}

}  // namespace

nlohmann::json measure_against_torch(const Workload& workload, const std::string& variant, int rounds,
                                     const StepOptions& options) {
  std::vector<double> engine_s, torch_s, engine_mb, torch_mb;
  for (int n = 0; n < rounds; ++n) {
    const nlohmann::json torch = from_program(torch_command(workload, variant, options.threads));
    torch_s.push_back(torch.at("seconds_per_step").get<double>());
    torch_mb.push_back(torch.at("peak_rss_mb").get<double>());
    const nlohmann::json engine = in_child([&] { return measure_step(workload, NeuronModel::hetsyn_lif, options); });
    engine_s.push_back(engine.at("step").get<double>());
    engine_mb.push_back(engine.at("peak_memory_mb").get<double>());
  }
  return {{"variant", variant},
          {"rounds", rounds},
          {"engine_seconds", median(engine_s)},
          {"torch_seconds", median(torch_s)},
          {"speedup", median(torch_s) / median(engine_s)},
          {"engine_memory_mb", median(engine_mb)},
          {"torch_memory_mb", median(torch_mb)},
          {"memory_ratio", median(torch_mb) / median(engine_mb)}};
}

}  // namespace hetsyn::bench
