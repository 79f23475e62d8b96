#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "report/sweep_table.hpp"
#include "support/temporary_directory.hpp"

namespace hetsyn::test {

/// A sweep directory made by hand.
struct SweepDirectory {
  SweepDirectory() {
    for (const char* name : {"points", "failed"}) std::filesystem::create_directory(folder / name);
  }

  /// Plans a point; its model is the neuron with the seed.
  std::string plan(const std::string& neuron, int seed, double deletion, int damage_seed) {
    const std::string hash = std::to_string(points.size());
    points.push_back({{"hash", hash},
                      {"model", neuron + std::to_string(seed)},
                      {"seed", seed},
                      {"settings",
                       {{"model.neuron", neuron},
                        {"train.seed", seed},
                        {"perturb.deletion", deletion},
                        {"perturb.seed", damage_seed}}}});
    return hash;
  }
  void add(const std::string& neuron, int seed, double deletion, int damage_seed, double accuracy,
           const nlohmann::json& data = {{"name", "words"}, {"standin", false}}) {
    const std::string hash = plan(neuron, seed, deletion, damage_seed);
    const nlohmann::json point{{"neuron", neuron},
                               {"data", data},
                               {"metric", "accuracy"},
                               {"parameters", 12},
                               {"seed", seed},
                               {"training", {{"seconds", 2.0 + seed}}},
                               {"metrics", {{"accuracy", accuracy}, {"loss", 1.0 - accuracy}}}};
    write_text(folder / "points" / (hash + ".json"), point.dump(2) + "\n");
  }
  [[nodiscard]] SweepTable read() const {
    const nlohmann::json plan{{"task", "shd"}, {"split", "test"}, {"checkpoint", "best"}, {"points", points}};
    write_text(folder / "plan.json", plan.dump());
    return read_sweep(folder.path());
  }

  TemporaryDirectory folder;
  nlohmann::json points = nlohmann::json::array();
};

}  // namespace hetsyn::test
