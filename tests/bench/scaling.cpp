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

std::size_t set_hidden(Workload& workload, std::size_t size) {
  workload.network.hidden = {size};
  return synapse_count(network_layout(workload.network));
}

const std::vector<Axis>& axes() {
  static const std::vector<std::size_t> kHidden{128, 256, 512, 1024, 2048, 4096};
  static const std::vector<Axis> all{
      {"steps",
       {250, 500, 1000, 2000, 4000},
       [](Workload& workload, std::size_t value) { return workload.steps = value; }},
      {"synapses", kHidden,
       [](Workload& workload, std::size_t value) {
         workload.network.recurrent = false;
         return set_hidden(workload, value);
       }},
      {"recurrent_synapses", kHidden, &set_hidden},
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

struct Line {
  double base, slope;
};

/// Least squares with weights.
Line fit_line(const std::vector<double>& x, const std::vector<double>& y, const std::vector<double>& weight) {
  double n = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    n += weight[i];
    sx += weight[i] * x[i];
    sy += weight[i] * y[i];
    sxx += weight[i] * x[i] * x[i];
    sxy += weight[i] * x[i] * y[i];
  }
  const double slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  return {(sy - slope * sx) / n, slope};
}

std::vector<double> column(const nlohmann::json& points, const char* key, double (*f)(double)) {
  std::vector<double> values;
  for (const nlohmann::json& point : points) values.push_back(f(point[key].get<double>()));
  return values;
}

double logarithm(double value) { return std::log(value); }
double itself(double value) { return value; }
double relative_weight(double value) { return 1.0 / (value * value); }

double exponent(const nlohmann::json& points, const char* key) {
  return fit_line(column(points, "x", logarithm), column(points, key, logarithm),
                  std::vector<double>(points.size(), 1.0))
      .slope;
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
    const Line memory = fit_line(column(points, "x", itself), column(points, "memory_mb", itself),
                                 column(points, "memory_mb", relative_weight));
    result.push_back({{"axis", axis.name},
                      {"points", points},
                      {"seconds_exponent", exponent(points, "seconds")},
                      {"processor_exponent", exponent(points, "processor")},
                      {"memory_base_mb", memory.base},
                      {"memory_mb_per_unit", memory.slope}});
  }
  return result;
}

}  // namespace hetsyn::bench
