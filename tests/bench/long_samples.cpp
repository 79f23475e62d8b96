#include "bench/long_samples.hpp"

#include <array>

#include "bench/child.hpp"
#include "core/process_memory.hpp"

namespace hetsyn::bench {
namespace {

constexpr std::array<std::size_t, 3> kSteps{10'000, 100'000, 1'000'000};
constexpr std::array<std::size_t, 2> kParts{1, 32};

Workload workload_of(std::size_t steps) {
  Workload workload = find_workload("shd");
  workload.network.inputs = 16;
  workload.network.hidden = {64};
  workload.network.outputs = 4;
  workload.batch = 1;
  workload.density = 0.02;
  workload.steps = steps;
  return workload;
}

nlohmann::json measure_point(NeuronModel model, std::size_t parts, std::size_t steps, StepOptions options) {
  options.tape_parts = parts;
  const nlohmann::json child = in_child([&] {
    const std::size_t before = process_memory().resident;
    nlohmann::json step = measure_step(workload_of(steps), model, options);
    step["before_mb"] = static_cast<double>(before) / kMegabyte;
    return step;
  });
  return {{"model", neuron_model_name(model)},
          {"parts", parts},
          {"steps", steps},
          {"seconds", child["step"]},
          {"memory_mb", child["peak_memory_mb"].get<double>() - child["before_mb"].get<double>()}};
}

}  // namespace

nlohmann::json measure_long_samples(const StepOptions& options,
                                    const std::function<void(const nlohmann::json&)>& each) {
  nlohmann::json rows = nlohmann::json::array();
  for (const NeuronModel model : {NeuronModel::hetsyn_lif, NeuronModel::het_lif}) {
    for (const std::size_t parts : kParts) {
      for (const std::size_t steps : kSteps) {
        rows.push_back(measure_point(model, parts, steps, options));
        each(rows.back());
      }
    }
  }
  return rows;
}

}  // namespace hetsyn::bench
