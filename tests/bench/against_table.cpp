#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <fstream>

#include "backend/cpu/isa.hpp"
#include "base/core_count.hpp"
#include "bench/against.hpp"

namespace hetsyn::bench {
namespace {

/// The name of the processor as Linux gives it.
std::string processor() {
  const std::string name = "model name\t: ";
  std::ifstream lines("/proc/cpuinfo");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name)) return line.substr(name.size());
  }
  return "an unknown processor";
}

std::string milliseconds(const nlohmann::json& side) {
  const auto ms = [&](const char* key) { return 1e3 * side.at(key).get<double>(); };
  return fmt::format("{:.1f} ({:.1f} to {:.1f})", ms("seconds"), ms("least_seconds"), ms("largest_seconds"));
}

std::string setting_text(const nlohmann::json& setting) {
  const int threads = setting.at("threads").get<int>();
  const std::string waits = setting.at("wait_policy").get<std::string>();
  return fmt::format("{} thread{}{}, passes of {}", threads, threads == 1 ? "" : "s",
                     waits.empty() ? "" : fmt::format(" ({})", waits), setting.at("micro_batch").get<std::size_t>());
}

}  // namespace

std::string against_head(int rounds, const StepOptions& options) {
  return fmt::format(
      "{:%F}, {} cores of {}; engine: instruction set {}, {} threads. Times in ms: median of {} rounds (least to "
      "largest).\n\n"
      "| step | peer | its model | its best setting | peer (ms) | engine (ms) | peer / engine | peer (MB) | "
      "engine (MB) |\n"
      "|---|---|---|---|---|---|---|---|---|\n",
      fmt::localtime(std::time(nullptr)), core_count(), processor(), cpu::select_kernels(options.isa).name,
      options.threads > 0 ? options.threads : static_cast<int>(core_count()), rounds);
}

std::string against_row(const Workload& workload, NeuronModel model, const nlohmann::json& measured) {
  const nlohmann::json& engine = measured.at("engine");
  const nlohmann::json& other = measured.at("other");
  return fmt::format("| {}, {}, batch {} | {} | {} | {} | {} | {} | {:.1f} | {:.0f} | {:.0f} |\n", workload.name,
                     neuron_model_name(model), workload.batch, measured.at("peer").get<std::string>(),
                     measured.at("model").get<std::string>(), setting_text(measured.at("setting")), milliseconds(other),
                     milliseconds(engine), measured.at("speedup").get<double>(), other.at("memory_mb").get<double>(),
                     engine.at("memory_mb").get<double>());
}

}  // namespace hetsyn::bench
