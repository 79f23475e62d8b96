#include "bench/against.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <hetsyn/exceptions.hpp>
#include <set>

#include "base/core_count.hpp"
#include "bench/child.hpp"
#include "bench/source_file.hpp"

namespace hetsyn::bench {
namespace {

const std::array<PeerScript, 8> kScripts{
    {{"torch", "torch plain", "tests/bench/torch/plain.py", "torch"},
     {"torch", "torch lean", "tests/bench/torch/lean.py", "torch"},
     {"torch-compiled", "torch compiled", "tests/bench/torch/compiled.py", "torch"},
     {"snntorch", "snntorch", "tests/bench/peers/snntorch_step.py", "torch"},
     {"spikingjelly", "spikingjelly", "tests/bench/peers/spikingjelly_step.py", "torch"},
     {"norse", "norse", "tests/bench/peers/norse_step.py", "torch"},
     {"jax", "jax", "tests/bench/peers/jax_step.py", "jax"},
     {"spyx", "spyx", "tests/bench/peers/spyx_step.py", "jax"}}};

/// The Python of a peer: HETSYN_PYTHON, or that of the environment which bin/bench has made.
std::string python_of(const PeerScript& script) {
  if (const char* const chosen = std::getenv("HETSYN_PYTHON")) return chosen;
  return source_file("build/peers/" + script.environment + "/bin/python");
}

std::vector<std::string> command_of(const PeerScript& script, const Workload& workload, NeuronModel model,
                                    const PeerSetting& setting, int repeats) {
  std::vector<std::string> command{"/usr/bin/env", "OMP_WAIT_POLICY=" + setting.wait_policy, python_of(script),
                                   source_file(script.path)};
  const auto add = [&](const std::string& name, const auto& value) {
    command.push_back("--" + name);
    command.push_back(fmt::format("{}", value));
  };
  add("neuron", neuron_model_name(model));
  add("inputs", workload.network.inputs);
  command.emplace_back("--hidden");
  for (const std::size_t size : workload.network.hidden) command.push_back(fmt::format("{}", size));
  add("outputs", workload.network.outputs);
  add("steps", workload.steps);
  add("batch", workload.batch);
  add("micro-batch", setting.micro_batch);
  add("density", workload.density);
  add("dropout", workload.network.dropout);
  add("threads", setting.threads);
  add("repeats", repeats);
  return command;
}

/// One thread and all; the whole batch, eight samples and one at a time; waiting threads that sleep or spin.
std::vector<PeerSetting> settings_of(const PeerScript& script, const Workload& workload, int threads) {
  const std::set<int> thread_counts{1, threads};
  const std::set<std::size_t> micro_batches{1, std::min<std::size_t>(8, workload.batch), workload.batch};
  std::vector<PeerSetting> settings;
  for (const int count : thread_counts) {
    for (const std::size_t samples : micro_batches) {
      settings.push_back({count, samples, "passive"});
      if (script.environment == "torch" && count > 1) settings.push_back({count, samples, "active"});
    }
  }
  return settings;
}

struct Best {
  PeerSetting setting;
  nlohmann::json measured;  ///< what the script printed
};

Best best_setting(const PeerScript& script, const Workload& workload, NeuronModel model, int threads) {
  constexpr int kTries = 2;  // steps of each setting
  Best best;
  for (const PeerSetting& setting : settings_of(script, workload, threads)) {
    nlohmann::json measured = from_program(command_of(script, workload, model, setting, kTries));
    const auto seconds = [](const nlohmann::json& result) { return result.at("seconds_per_step").get<double>(); };
    if (best.measured.is_null() || seconds(measured) < seconds(best.measured)) best = {setting, std::move(measured)};
  }
  return best;
}

nlohmann::json summary(const std::vector<double>& seconds, const std::vector<double>& memory_mb) {
  return {{"seconds", median(seconds)},
          {"least_seconds", std::ranges::min(seconds)},
          {"largest_seconds", std::ranges::max(seconds)},
          {"memory_mb", median(memory_mb)}};
}

}  // namespace

std::vector<PeerScript> peer_scripts(const std::string& name) {
  std::vector<PeerScript> scripts;
  std::string known = "all";
  for (const PeerScript& script : kScripts) {
    if (name == "all" || name == script.peer) scripts.push_back(script);
    if (!known.ends_with(script.peer)) known += ", " + script.peer;
  }
  if (scripts.empty()) throw UsageError(fmt::format("peer \"{}\" is not known; there are: {}", name, known));
  return scripts;
}

nlohmann::json measure_against(const PeerScript& script, const Workload& workload, NeuronModel model, int rounds,
                               const StepOptions& options) {
  constexpr int kRepeats = 5;
  const int threads = options.threads > 0 ? options.threads : static_cast<int>(core_count());
  const Best best = best_setting(script, workload, model, threads);
  std::vector<double> engine_s, other_s, engine_mb, other_mb;
  for (int n = 0; n < rounds; ++n) {
    const nlohmann::json other = from_program(command_of(script, workload, model, best.setting, kRepeats));
    other_s.push_back(other.at("seconds_per_step").get<double>());
    other_mb.push_back(other.at("peak_rss_mb").get<double>());
    const nlohmann::json engine = in_child([&] { return measure_step(workload, model, options); });
    engine_s.push_back(engine.at("step").get<double>());
    engine_mb.push_back(engine.at("peak_memory_mb").get<double>());
  }
  return {{"peer", best.measured.at("peer")},
          {"label", script.label},
          {"model", best.measured.at("model")},
          {"setting",
           {{"threads", best.setting.threads},
            {"micro_batch", best.setting.micro_batch},
            {"wait_policy", script.environment == "torch" ? best.setting.wait_policy : ""}}},
          {"rounds", rounds},
          {"engine", summary(engine_s, engine_mb)},
          {"other", summary(other_s, other_mb)}};
}

}  // namespace hetsyn::bench
