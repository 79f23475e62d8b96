#include "bench/scaling.hpp"

#include <cmath>

#include "bench/child.hpp"
#include "core/process_memory.hpp"

namespace hetsyn::bench {
namespace {

struct Axis {
  std::string name;
  std::vector<std::size_t> values;
  /// Sets the axis to a value, and returns what the cost should be linear in.
  std::size_t (*set)(Workload& workload, std::size_t value);
};

const std::vector<Axis>& axes() {
  static const std::vector<Axis> all{
      {"steps",
       {250, 500, 1000, 2000, 4000},
       [](Workload& workload, std::size_t value) { return workload.steps = value; }},
      {"synapses",
       {128, 256, 512, 1024, 2048, 4096},
       [](Workload& workload, std::size_t value) {
         workload.network.hidden = {value};
         return synapse_count(network_layout(workload.network));
       }},
      {"batch",
       {1, 4, 16, 64, 256, 1024},
       [](Workload& workload, std::size_t value) { return workload.batch = value; }},
  };
  return all;
}

Workload base_workload() {
  Workload workload = find_workload("shd");
  workload.network.hidden = {128};
  workload.batch = 8;
  return workload;
}

nlohmann::json measure_point(const Axis& axis, std::size_t value, const StepOptions& options) {
  Workload workload = base_workload();
  const std::size_t x = axis.set(workload, value);
  nlohmann::json child = in_child([&] {
    const std::size_t before = process_memory().resident;
    nlohmann::json step = measure_step(workload, NeuronModel::hetsyn_lif, options);
    step["before_mb"] = static_cast<double>(before) / kMegabyte;
    return step;
  });
  const double memory_mb = child["peak_memory_mb"].get<double>() - child["before_mb"].get<double>();
  return {{"value", value},
          {"x", x},
          {"seconds", child["step"]},
          {"processor", child["processor"]},
          {"memory_mb", memory_mb}};
}

/// Least squares of log y over log x.
double slope(const nlohmann::json& points, const char* y) {
  double n = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
  for (const nlohmann::json& point : points) {
    const double lx = std::log(point["x"].get<double>()), ly = std::log(point[y].get<double>());
    n += 1.0;
    sx += lx;
    sy += ly;
    sxx += lx * lx;
    sxy += lx * ly;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

}  // namespace

nlohmann::json measure_scaling(const StepOptions& options,
                               const std::function<void(const std::string& axis, const nlohmann::json& point)>& each) {
  nlohmann::json result = nlohmann::json::array();
  for (const Axis& axis : axes()) {
    nlohmann::json points = nlohmann::json::array();
    for (const std::size_t value : axis.values) {
      points.push_back(measure_point(axis, value, options));
      each(axis.name, points.back());
    }
    result.push_back({{"axis", axis.name},
                      {"points", points},
                      {"seconds_slope", slope(points, "seconds")},
                      {"processor_slope", slope(points, "processor")},
                      {"memory_slope", slope(points, "memory_mb")}});
  }
  return result;
}

}  // namespace hetsyn::bench
