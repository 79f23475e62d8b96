#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "bench/workload.hpp"

namespace hetsyn::bench {

struct StepOptions {
  int threads = 0;
  std::string isa;
  int repeats = 10;
  std::string device = "cpu";
  std::size_t tape_parts = 1;
};

/// Medians of a training step's parts in seconds: "forward", "loss", "backward", "optimizer", "step"; of what is done
/// once per sample of a fixed data set, "lists"; of a forward pass without tape, "evaluation"; of a step's "processor"
/// time; and "synapse_steps". Call in a separate process for a meaningful peak memory. A device
/// works on while the host goes ahead: there the step as a whole is meaningful, its parts are when the host had them
/// ordered, and "ordering" is the time that the host takes to order all of them.
nlohmann::json measure_step(const Workload& workload, NeuronModel model, const StepOptions& options);

/// Multiply-adds per second of one thread with the named instruction set (empty: the best).
double peak_multiply_adds(const std::string& isa);

/// Median of the values.
double median(std::vector<double> values);
/// Monotonic time in seconds.
double now_s();
/// Processor time of all threads so far in seconds. Other programs on the machine hardly change it.
double processor_s();

}  // namespace hetsyn::bench
