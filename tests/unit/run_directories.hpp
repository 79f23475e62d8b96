#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "support/temporary_directory.hpp"

namespace hetsyn::test {

/// Run directories made by hand.
struct RunDirectories {
  std::filesystem::path add(const std::string& name, const std::string& model, int seed, double accuracy,
                            const std::string& status = "finished", const std::string& more = "",
                            const nlohmann::json& data = {{"name", "words"}, {"standin", false}}) const {
    const std::filesystem::path run = folder / name;
    std::filesystem::create_directories(run);
    write_text(run / "config.toml", "[model]\nneuron = \"" + model + "\"\n" + more +
                                        "\n[train]\nseed = " + std::to_string(seed) +
                                        "\n\n[run]\nthreads = " + std::to_string(1 + seed) + "\n");
    nlohmann::json summary{{"task", "shd"},    {"model", model}, {"seed", seed},  {"parameters", 12},
                           {"status", status}, {"epochs", 3},    {"seconds", 2.0}};
    summary["data"] = data;
    summary["selection"] = {{"split", "test"}, {"metric", "accuracy"}};
    summary["metrics"]["train"]["accuracy"] = {{"last", 1.0}, {"best_validation", nullptr}, {"best_test", 1.0}};
    summary["metrics"]["test"]["accuracy"] = {
        {"last", accuracy}, {"best_validation", nullptr}, {"best_test", accuracy}};
    write_text(run / "summary.json", summary.dump());
    return run;
  }

  TemporaryDirectory folder;
};

}  // namespace hetsyn::test
