#include "bench/against.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <set>

#include "base/core_count.hpp"
#include "bench/child.hpp"
#include "bench/source_file.hpp"

namespace hetsyn::bench {
namespace {

using enum NeuronModel;

const std::vector<PeerScript>& all_scripts() {
  static const std::vector<NeuronModel> all{hetsyn_lif, het_lif, hom_alif, hom_lif};
  static const std::vector<PeerScript> scripts{
      {"torch", "torch plain", "tests/bench/torch/plain.py", "torch", all, "cpu, cuda"},
      {"torch", "torch lean", "tests/bench/torch/lean.py", "torch", {hetsyn_lif}},  // else it is plain
      {"torch", "torch graph", "tests/bench/torch/graph.py", "torch", all, "cuda"},
      {"torch-compiled", "torch compiled", "tests/bench/torch/compiled.py", "torch", all, "cpu, cuda"},
      {"snntorch", "snntorch", "tests/bench/peers/snntorch_step.py", "torch", {het_lif, hom_lif}},
      {"spikingjelly", "spikingjelly", "tests/bench/peers/spikingjelly_step.py", "torch", {hom_lif}},
      {"norse", "norse", "tests/bench/peers/norse_step.py", "torch", {hom_alif, hom_lif}},
      {"jax", "jax", "tests/bench/peers/jax_step.py", "jax", all},
      {"spyx", "spyx", "tests/bench/peers/spyx_step.py", "jax", {het_lif, hom_lif}}};
  return scripts;
}

/// How the threads of a peer are run.
struct PeerThreads {
  int count = 0;
  std::string wait_policy;  ///< of those of PyTorch, OMP_WAIT_POLICY; "" where they do not use OpenMP
};

std::vector<PeerThreads> choices_of_threads(const PeerScript& script, const std::string& device, int all) {
  if (device != "cpu" || all == 1) return {{all, ""}};
  if (script.environment != "torch") return {{1, ""}, {all, ""}};
  return {{1, ""}, {all, "passive"}, {all, "active"}};
}

/// The Python of a peer: HETSYN_PYTHON, or that of the environment that bin/bench has made.
std::string python_of(const PeerScript& script) {
  if (const char* const chosen = std::getenv("HETSYN_PYTHON")) return chosen;
  const std::string path = source_file("build/peers/" + script.environment + "/bin/python");
  if (std::filesystem::exists(path)) return path;
  throw UsageError(
      fmt::format("{} is missing; expected bin/bench of the sources, which installs it, or HETSYN_PYTHON", path));
}

/// Runs a script; with several sizes of a pass, it measures the fastest.
nlohmann::json run_script(const PeerScript& script, const Workload& workload, NeuronModel model,
                          const std::string& device, const PeerThreads& threads,
                          const std::set<std::size_t>& micro_batches, int repeats) {
  std::vector<std::string> command{"/usr/bin/env"};
  if (!threads.wait_policy.empty()) command.push_back("OMP_WAIT_POLICY=" + threads.wait_policy);
  command.push_back(python_of(script));
  command.push_back(source_file(script.path));
  const auto add = [&](const std::string& name, const auto&... values) {
    command.push_back("--" + name);
    (command.push_back(fmt::format("{}", values)), ...);
  };
  const auto add_all = [&](const std::string& name, const auto& values) {
    command.push_back("--" + name);
    for (const std::size_t value : values) command.push_back(fmt::format("{}", value));
  };
  add("neuron", neuron_model_name(model));
  add("inputs", workload.network.inputs);
  add_all("hidden", workload.network.hidden);
  add("outputs", workload.network.outputs);
  add("steps", workload.steps);
  add("batch", workload.batch);
  add_all("micro-batch", micro_batches);
  add("density", workload.density);
  add("dropout", workload.network.dropout);
  add("threads", threads.count);
  add("repeats", repeats);
  if (device != "cpu") add("device", device);
  return from_program(command);
}

double seconds_of(const nlohmann::json& measured) { return measured.at("seconds").get<double>(); }

struct Setting {
  PeerThreads threads;
  std::size_t micro_batch = 0;
  double seconds = 0.0;
};

Setting best_setting(const PeerScript& script, const Workload& workload, NeuronModel model, const std::string& device,
                     int all_threads) {
  constexpr int kRepeats = 2;
  const std::vector<PeerThreads> choices = choices_of_threads(script, device, all_threads);
  if (device != "cpu") return {choices.front(), workload.batch};
  std::set<std::size_t> micro_batches{std::min<std::size_t>(8, workload.batch), workload.batch};
  if (model == hetsyn_lif) micro_batches.insert(1);  // the state of all synapses of one sample may just fit the caches
  std::vector<Setting> tried;
  for (const PeerThreads& threads : choices) {
    const nlohmann::json measured = run_script(script, workload, model, device, threads, micro_batches, kRepeats);
    tried.push_back({threads, measured.at("micro_batch").get<std::size_t>(), seconds_of(measured)});
  }
  return *std::ranges::min_element(tried, {}, &Setting::seconds);
}

/// The measurements of one side.
struct Side {
  std::vector<double> seconds, memory_mb;

  [[nodiscard]] nlohmann::json summary() const {
    return {{"seconds", median(seconds)},
            {"least_seconds", std::ranges::min(seconds)},
            {"largest_seconds", std::ranges::max(seconds)},
            {"memory_mb", median(memory_mb)}};
  }
};

}  // namespace

std::vector<PeerScript> peer_scripts(const std::vector<std::string>& peers, const std::string& device) {
  std::set<std::string> unknown(peers.begin(), peers.end());
  const bool all = unknown.erase("all") > 0;
  std::vector<PeerScript> scripts;
  std::string known = "all";
  for (const PeerScript& script : all_scripts()) {
    if (script.devices.find(device) == std::string::npos) continue;
    if (all || std::ranges::count(peers, script.peer) > 0) scripts.push_back(script);
    unknown.erase(script.peer);
    if (!known.ends_with(script.peer)) known += ", " + script.peer;
  }
  if (unknown.empty()) return scripts;
  throw UsageError(fmt::format("--against {}: expected one of {}{}", *unknown.begin(), known,
                               device == "cpu" ? "" : " on device " + device));
}

bool is_compared(const PeerScript& script, NeuronModel model, bool wanted) {
  const auto has = [model](const PeerScript& each) { return std::ranges::count(each.models, model) > 0; };
  if (has(script) || !wanted) return has(script);
  return std::ranges::none_of(all_scripts(),
                              [&](const PeerScript& other) { return other.peer == script.peer && has(other); });
}

nlohmann::json measure_against(const PeerScript& script, const Workload& workload, NeuronModel model, int rounds,
                               const StepOptions& options) {
  constexpr int kRepeats = 5;  // of the peer, in each round
  const int threads = options.threads > 0 ? options.threads : static_cast<int>(core_count());
  const Setting best = best_setting(script, workload, model, options.device, threads);
  Side engine, other;
  nlohmann::json peer;
  for (int n = 0; n < rounds; ++n) {
    peer = run_script(script, workload, model, options.device, best.threads, {best.micro_batch}, kRepeats);
    other.seconds.push_back(seconds_of(peer));
    other.memory_mb.push_back(peer.at("peak_memory_mb").get<double>());
    const nlohmann::json step = in_child([&] { return measure_step(workload, model, options); });
    engine.seconds.push_back(step.at("step").get<double>());
    engine.memory_mb.push_back(step.at("peak_memory_mb").get<double>());
  }
  return {
      {"peer", peer.at("peer")},
      {"model", peer.at("model")},
      {"setting",
       {{"threads", best.threads.count}, {"wait_policy", best.threads.wait_policy}, {"micro_batch", best.micro_batch}}},
      {"engine", engine.summary()},
      {"other", other.summary()},
      {"speedup", median(other.seconds) / median(engine.seconds)}};
}

}  // namespace hetsyn::bench
