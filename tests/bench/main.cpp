#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdio>
#include <hetsyn/exceptions.hpp>
#include <iostream>

#include "backend/cpu/isa.hpp"
#include "base/core_count.hpp"
#include "base/files.hpp"
#include "bench/against.hpp"
#include "bench/child.hpp"
#include "bench/epoch.hpp"
#include "bench/input_layer.hpp"
#include "bench/long_samples.hpp"
#include "bench/scaling.hpp"
#include "bench/source_file.hpp"
#include "bench/step.hpp"

using namespace hetsyn;
using nlohmann::json;
namespace po = boost::program_options;

namespace {

constexpr std::array<NeuronModel, 4> kModels{NeuronModel::hetsyn_lif, NeuronModel::het_lif, NeuronModel::hom_alif,
                                             NeuronModel::hom_lif};

std::vector<NeuronModel> chosen_models(const po::variables_map& values) {
  if (values.count("model") == 0) return {kModels.begin(), kModels.end()};
  std::vector<NeuronModel> chosen;
  for (const std::string& name : values["model"].as<std::vector<std::string>>()) {
    const auto* const model = std::ranges::find(kModels, name, neuron_model_name);
    if (model == kModels.end()) throw UsageError(fmt::format("model \"{}\" is not known", name));
    chosen.push_back(*model);
  }
  return chosen;
}

po::options_description options() {
  po::options_description all("bench: time and memory of training steps on synthetic data");
  all.add_options()("help", "print this text")  //
      ("workload", po::value<std::vector<std::string>>()->multitoken(),
       "shd, smnist, tidigits, dms, pattern_generation; all by default")  //
      ("model", po::value<std::vector<std::string>>()->multitoken(),
       "hetsyn_lif, het_lif, hom_alif or hom_lif; all by default")                                          //
      ("density", po::value<double>(), "spikes per input channel and step, instead of the workload's own")  //
      ("batch", po::value<std::vector<std::size_t>>()->multitoken(),
       "samples per step, instead of the workload's own number")                                                      //
      ("steps", po::value<std::size_t>(), "steps per sample, instead of the workload's own number")                   //
      ("threads", po::value<int>()->default_value(0), "threads; 0: all cores")                                        //
      ("isa", po::value<std::string>()->default_value(""), "instruction set: baseline, v3, v4; the best by default")  //
      ("device", po::value<std::string>()->default_value("cpu"), "cpu, cuda or reference")                            //
      ("repeats", po::value<int>()->default_value(10), "steps that are timed; medians are printed")                   //
      ("against", po::value<std::vector<std::string>>()->multitoken(),
       "the same step in other programs, in turn with the engine: torch, torch-compiled, jax, snntorch, spikingjelly, "
       "norse, spyx, or all; with the models that they have, or with --model and the closest to it")  //
      ("rounds", po::value<int>()->default_value(3), "with --against: how often each side runs")      //
      ("scaling", "time and memory of a step over steps, synapses and batch")                         //
      ("long", "samples of 10^4 to 10^6 steps, with the whole tape and with one in parts")            //
      ("epoch", "whole epochs on made-up data of SHD's size, against their steps")                    //
      ("recordings", po::value<std::size_t>()->default_value(0),
       "with --epoch: recordings for training, instead of SHD's number")  //
      ("set", po::value<std::vector<std::string>>()->multitoken()->default_value({}, ""),
       "with --epoch: KEY=VALUE, another value than that of configs/shd.toml")         //
      ("here", "single steps in this process, for debuggers and profilers")            //
      ("out", po::value<std::string>(), "with --scaling: directory for scaling.json")  //
      ("json", "print JSON");
  return all;
}

std::vector<bench::Workload> chosen_workloads(const po::variables_map& values) {
  std::vector<bench::Workload> chosen;
  if (values.count("workload") != 0) {
    for (const std::string& name : values["workload"].as<std::vector<std::string>>()) {
      chosen.push_back(bench::find_workload(name));
    }
  } else if (values.count("against") != 0) {
    chosen.push_back(bench::find_workload("shd"));
  } else {
    chosen = bench::workloads();
  }
  if (values.count("density") != 0) {
    for (bench::Workload& workload : chosen) workload.density = values["density"].as<double>();
  }
  if (values.count("steps") != 0) {
    for (bench::Workload& workload : chosen) workload.steps = values["steps"].as<std::size_t>();
  }
  if (values.count("batch") == 0) return chosen;
  std::vector<bench::Workload> of_each_size;
  for (const bench::Workload& workload : chosen) {
    for (const std::size_t batch : values["batch"].as<std::vector<std::size_t>>()) {
      of_each_size.push_back(workload);
      of_each_size.back().batch = batch;
    }
  }
  return of_each_size;
}

/// A peer that fails does not hold up the others.
json run_against(const po::variables_map& values, const bench::StepOptions& step) {
  const bool table = values.count("json") == 0;
  const int rounds = values["rounds"].as<int>();
  const std::vector<bench::PeerScript> scripts =
      bench::peer_scripts(values["against"].as<std::vector<std::string>>(), step.device);
  if (table) fmt::print("{}", bench::against_head(rounds, step));
  std::fflush(stdout);
  json rows = json::array();
  int failed = 0;
  for (const bench::Workload& workload : chosen_workloads(values)) {
    for (const NeuronModel model : chosen_models(values)) {
      for (const bench::PeerScript& script : scripts) {
        if (!bench::is_compared(script, model, values.count("model") != 0)) continue;
        fmt::print(stderr, "bench: {}, {}, batch {}\n", script.label, neuron_model_name(model), workload.batch);
        try {
          json row = bench::measure_against(script, workload, model, rounds, step);
          if (table) fmt::print("{}", bench::against_row(workload, model, row));
          row.update({{"workload", workload.name}, {"for", neuron_model_name(model)}, {"batch", workload.batch}});
          rows.push_back(std::move(row));
        } catch (const RunError& error) {
          fmt::print(stderr, "bench: {}\n", error.what());
          ++failed;
        }
        std::fflush(stdout);
      }
    }
  }
  if (failed > 0) throw RunError(fmt::format("{} of the measurements failed, see above", failed));
  return rows;
}

json run_long_samples(const po::variables_map& values, const bench::StepOptions& step) {
  double first = 0.0;  // seconds per step of the shortest sample
  return bench::measure_long_samples(step, [&](const json& row) {
    const double seconds = row["seconds"].get<double>(), steps = row["steps"].get<double>();
    if (steps == 1e4) first = seconds / steps;
    if (values.count("json") != 0) return;
    fmt::print("{:<11} {:>3} parts {:>9} steps {:>10.2f} ms {:>8.1f} MB {:>8.3f} us per step {:>6.2f}x\n",
               row["model"].get<std::string>(), row["parts"].get<std::size_t>(), row["steps"].get<std::size_t>(),
               1e3 * seconds, row["memory_mb"].get<double>(), 1e6 * seconds / steps, seconds / steps / first);
    std::fflush(stdout);
  });
}

/// Share of the machine's multiply-adds if each synapse and step costs two operations forward and two backward.
double share_of_peak(const json& row, double peak) {
  return 4.0 * row["synapse_steps"].get<double>() / row["step"].get<double>() / peak;
}

/// The input layer's two kernels on one thread.
json run_input_layer(const bench::StepOptions& step, bool table) {
  json layer = bench::in_child([&] { return bench::measure_input_layer(bench::find_workload("shd"), step); });
  if (table) {
    fmt::print(
        "\nSHD input layer, one thread: forward {:.2f} ms = {:.0f} % of the multiply-and-add ceiling, gradient {:.2f} "
        "ms = "
        "{:.0f} % of the multiply-add peak\n",
        1e3 * layer["forward"].get<double>(), 100.0 * layer["forward_of_ceiling"].get<double>(),
        1e3 * layer["gradient"].get<double>(), 100.0 * layer["gradient_of_peak"].get<double>());
  }
  return layer;
}

json run_steps(const po::variables_map& values, const bench::StepOptions& step) {
  const bool table = values.count("json") == 0;
  const int threads = step.threads > 0 ? step.threads : static_cast<int>(core_count());
  const bool on_cpu = step.device == "cpu";
  const double peak = on_cpu ? bench::peak_multiply_adds(step.isa) * threads : 0.0;
  json result{{"isa", cpu::select_kernels(step.isa).name}, {"threads", threads}, {"device", step.device}};
  if (on_cpu) result["multiply_adds_per_second"] = peak;
  if (table) {
    fmt::print("{}instruction set {}, {} threads{}\n\n", on_cpu ? "" : fmt::format("device {}; host: ", step.device),
               cpu::select_kernels(step.isa).name, threads,
               on_cpu ? fmt::format(", measured peak {:.1f} G multiply-adds/s", peak * 1e-9) : "");
    fmt::print("{:<19} {:<11} {:>5} {:>10} {:>8} {:>10} {:>10} {:>10} {:>14} {:>8} {:>9} {:>8} {:>11}\n", "workload",
               "model", "batch", "forward ms", "loss ms", "backward", "optimizer", "step ms", "synapse-steps",
               on_cpu ? "of peak" : "ordering", "memory MB", "lists ms", "evaluate ms");
  }
  const auto run_step = values.count("here") != 0 ? &bench::in_this_process : &bench::in_child;
  bool with_shd = false;
  for (const bench::Workload& workload : chosen_workloads(values)) {
    with_shd |= workload.name == "shd";
    for (const NeuronModel model : chosen_models(values)) {
      json row = run_step([&] { return bench::measure_step(workload, model, step); });
      row["workload"] = workload.name;
      row["model"] = neuron_model_name(model);
      row["batch"] = workload.batch;
      row["synapse_steps_per_second"] = row["synapse_steps"].get<double>() / row["step"].get<double>();
      const bool per_synapse = model == NeuronModel::hetsyn_lif && on_cpu;
      if (per_synapse) row["share_of_peak"] = share_of_peak(row, peak);
      if (table) {
        const auto ms = [&](const char* key) { return 1e3 * row[key].get<double>(); };
        fmt::print(
            "{:<19} {:<11} {:>5} {:>10.3f} {:>8.3f} {:>10.3f} {:>10.3f} {:>10.3f} {:>11.2f} G/s {:>8} {:>9.1f} "
            "{:>8.3f} {:>11.3f}\n",
            workload.name, neuron_model_name(model), workload.batch, ms("forward"), ms("loss"), ms("backward"),
            ms("optimizer"), ms("step"), 1e-9 * row["synapse_steps_per_second"].get<double>(),
            per_synapse ? fmt::format("{:.0f} %", 100.0 * row["share_of_peak"].get<double>())
            : on_cpu    ? ""
                        : fmt::format("{:.3f}", ms("ordering")),
            row["peak_memory_mb"].get<double>(), ms("lists"), ms("evaluation"));
        std::fflush(stdout);
      }
      result["steps"].push_back(std::move(row));
    }
  }
  if (with_shd && on_cpu) result["input_layer"] = run_input_layer(step, table);
  return result;
}

json run_scaling(const po::variables_map& values, const bench::StepOptions& step) {
  const bool table = values.count("json") == 0;
  const auto print = [table](const std::string& axis, const json& point) {
    if (!table) return;
    fmt::print("{:<18} {:>9}   step {:>10.2f} ms   processor {:>10.2f} ms   memory {:>8.1f} MB\n", axis,
               point["x"].get<std::size_t>(), 1e3 * point["seconds"].get<double>(),
               1e3 * point["processor"].get<double>(), point["memory_mb"].get<double>());
  };
  json result{{"isa", cpu::select_kernels(step.isa).name}, {"scaling", bench::measure_scaling(step, print)}};
  for (const json& axis : result["scaling"]) {
    if (!table) break;
    fmt::print("{:<18} exponent of time {:.2f}, of processor time {:.2f}; memory {:.1f} MB + {:.3g} kB each\n",
               axis["axis"].get<std::string>(), axis["seconds_exponent"].get<double>(),
               axis["processor_exponent"].get<double>(), axis["memory_base_mb"].get<double>(),
               1024.0 * axis["memory_mb_per_unit"].get<double>());
  }
  if (values.count("out") != 0) {
    const std::filesystem::path directory = values["out"].as<std::string>();
    std::filesystem::create_directories(directory);
    write_file_atomically(directory / "scaling.json", result.dump(2) + "\n");
  }
  return result;
}

json run_epochs(const po::variables_map& values, const bench::StepOptions& step) {
  constexpr int kEpochs = 3;  // the first one reads the data
  json result = bench::measure_epochs(kEpochs, values["recordings"].as<std::size_t>(),
                                      values["set"].as<std::vector<std::string>>(), step);
  if (values.count("json") != 0) return result;
  const auto both = [](const json& times, double factor) {
    return fmt::format("{:.3f} ({:.3f})", factor * times["wall"].get<double>(),
                       factor * times["processor"].get<double>());
  };
  fmt::print("wall time, in brackets processor time of all threads\n");
  fmt::print("{} training steps of {} ms, {} forward passes of evaluations of {} ms\n",
             result["steps"].get<std::size_t>(), both(result["step"], 1e3), result["evaluations"].get<std::size_t>(),
             both(result["forward"], 1e3));
  for (std::size_t n = 0; n < result["epochs"].size(); ++n) {
    const json& epoch = result["epochs"][n];
    fmt::print("epoch {}: training {} s, evaluation {} s, checkpoints {} s\n", n + 1, both(epoch["training"], 1.0),
               both(epoch["evaluation"], 1.0), both(epoch["checkpoint"], 1.0));
    fmt::print("         training and checkpoints {} of the steps; all {} of steps and passes\n",
               both(epoch["training_ratio"], 1.0), both(epoch["ratio"], 1.0));
  }
  return result;
}

json run_mode(const po::variables_map& values, const bench::StepOptions& step) {
  if (values.count("against") != 0) return run_against(values, step);
  if (values.count("scaling") != 0) return run_scaling(values, step);
  if (values.count("long") != 0) return run_long_samples(values, step);
  if (values.count("epoch") != 0) return run_epochs(values, step);
  return run_steps(values, step);
}

/// Throws UsageError for numbers that measure nothing.
void check_numbers(const po::variables_map& values) {
  for (const char* const name : {"repeats", "rounds"}) {
    if (values[name].as<int>() < 1) throw UsageError(fmt::format("--{}: expected at least 1", name));
  }
  if (values["threads"].as<int>() < 0) throw UsageError("--threads: expected at least 0");
  if (values.count("batch") == 0) return;
  const auto& batches = values["batch"].as<std::vector<std::size_t>>();
  constexpr std::size_t kMost = 1'000'000;
  const bool fits = std::ranges::all_of(batches, [](std::size_t batch) { return batch >= 1 && batch <= kMost; });
  if (!fits) throw UsageError(fmt::format("--batch: expected 1 to {}", kMost));
}

int run(int argc, char** argv) {
  po::variables_map values;
  po::store(po::parse_command_line(argc, argv, options()), values);
  po::notify(values);
  if (values.count("help") != 0) {
    std::cout << options();
    return 0;
  }
  check_numbers(values);
  const bench::StepOptions step{values["threads"].as<int>(), values["isa"].as<std::string>(),
                                values["repeats"].as<int>(), values["device"].as<std::string>()};
  if (step.device != "cpu" && values.count("scaling") + values.count("long") != 0) {
    throw UsageError("--scaling and --long measure the cpu only, without --device");
  }
  const json result = run_mode(values, step);
  if (values.count("json") != 0) std::cout << result.dump(2) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 2;
  }
}
