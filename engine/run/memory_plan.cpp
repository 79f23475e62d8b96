#include "run/memory_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "backend/backend.hpp"
#include "backend/check.hpp"
#include "data/loader.hpp"
#include "data/sample_cache.hpp"
#include "run/run.hpp"
#include "run/typical_samples.hpp"
#include "training/checkpoint.hpp"
#include "training/protocol.hpp"
#include "training/task_loss.hpp"

namespace hetsyn {
namespace {

/// Memory of a run besides its arrays: HDF5 (4.5 MB from the first checkpoint on), code that was not used before,
/// threads. Measured on Debian 12.
constexpr std::size_t kFirstUse = 13 << 19;  // 6.5 MB

/// Their mean size is used for all samples.
double mean_bytes(const std::vector<Sample>& samples) {
  const std::size_t sum =
      std::accumulate(samples.begin(), samples.end(), std::size_t{0},
                      [](std::size_t bytes, const Sample& sample) { return bytes + sample_bytes(sample); });
  return static_cast<double>(sum) / static_cast<double>(samples.size());
}

std::size_t evaluated_samples(const SampleSets& sets) {
  std::size_t count = 0;
  for (const auto* set : {&sets.validation, &sets.test}) count += *set ? (*set)->indices.size() : 0;
  return count;
}

/// The largest number of samples of a forward pass.
std::size_t largest_batch(const SampleSets& sets, const TrainSettings& settings) {
  const auto part_of = [](std::size_t batch, const SampleSet& set) {
    return set.indices.empty() ? batch : std::min(batch, set.indices.size());
  };
  std::size_t largest = part_of(settings.batch, sets.train);
  const std::size_t evaluation = settings.evaluation_batch > 0 ? settings.evaluation_batch : settings.batch;
  for (const auto* set : {&sets.validation, &sets.test}) {
    if (*set) largest = std::max(largest, part_of(evaluation, **set));
  }
  return largest;
}

/// The cache of samples and what the loader holds. Augmented samples are new each time; only their originals are
/// cached, and prepare() is called for each augmented sample.
void add_samples(MemoryPlan& plan, const TaskInfo& info, const SampleSets& sets, const RunConfig& config,
                 double sample_bytes, double prepared_bytes, std::size_t batch) {
  const bool augmented = info.input_kind == InputKind::events && !config.train.augmentation.none();
  const std::size_t trained = sets.train.indices.size(), evaluated = evaluated_samples(sets);
  const double all = static_cast<double>(trained + evaluated) * sample_bytes +
                     static_cast<double>(augmented ? evaluated : trained + evaluated) * prepared_bytes;
  const double budget = static_cast<double>(config.run.sample_cache_mb) * kMegabyte;
  const double cached = info.static_samples ? std::min(all, budget) : 0.0;
  const double fresh = info.static_samples && !augmented ? 1.0 - cached / all : 1.0;
  // Batches that are ready, being loaded, and in use.
  const std::size_t batches = LoadRequest().batches_ahead + 2;
  const double in_flight = static_cast<double>(batches * batch) * fresh * (sample_bytes + prepared_bytes);
  plan.rows.push_back({"sample cache", static_cast<std::size_t>(cached),
                       fmt::format("{} samples of {:.1f} kB, at most run.sample_cache_mb = {}",
                                   info.static_samples ? trained + evaluated : 0,
                                   (sample_bytes + prepared_bytes) / 1024.0, config.run.sample_cache_mb)});
  plan.rows.push_back(
      {"batches in flight",
       static_cast<std::size_t>(in_flight) + batches * batch * info.steps * info.targets * sizeof(float),
       fmt::format("{} batches of {} samples", batches, batch)});
}

}  // namespace

std::size_t MemoryPlan::peak() const {
  const std::size_t sum = std::accumulate(rows.begin(), rows.end(), std::size_t{0},
                                          [](std::size_t bytes, const MemoryRow& row) { return bytes + row.bytes; });
  return std::max(sum, opening_peak);
}

MemoryPlan plan_memory(const Task& task, const RunConfig& config, const ProcessMemory& before,
                       const ProcessMemory& after) {
  check(config.train);
  const TaskInfo& info = task.info();
  const SampleSets sets = divide_samples(task, config.train);
  const std::size_t largest = largest_batch(sets, config.train);
  const NetworkLayout network = network_layout(config.model);
  check_network(network);
  const TaskLoss checks_that_they_fit(task, network);

  const std::vector<Sample> samples = typical_samples(task, sets.train, config.train.seed);
  const BackendMemory backend =
      find_backend(config.run.device).memory(network, batch_of(info, samples, largest), backend_options(config));

  MemoryPlan plan;
  plan.opening_peak = after.peak;
  plan.rows.push_back({"program", before.resident, "measured before the task was opened"});
  plan.rows.push_back({"data of the task", after.resident - std::min(after.resident, before.resident),
                       "measured after the task was opened"});
  plan.rows.push_back({"libraries", kFirstUse, "HDF5, threads and code, when they are first used: about this"});
  add_samples(plan, info, sets, config, mean_bytes(samples), backend.prepared_bytes, largest);
  for (const MemoryUse& use : backend.uses) plan.rows.push_back({std::string(use.name), use.bytes, ""});
  if (const std::size_t loss = TaskLoss::bytes(info, largest, info.steps); loss > 0) {
    plan.rows.push_back({"loss of the task's own", 2 * loss, "of training and evaluation"});
  }
  plan.rows.push_back({"checkpoint", checkpoint_bytes(parameter_layout(network)), "while it is written"});
  return plan;
}

std::string memory_table(const MemoryPlan& plan, std::size_t columns) {
  constexpr std::size_t kExplanation = 39, kLeastForIt = 30;
  const auto line = [&](const std::string& name, std::size_t bytes, const std::string& how) {
    const bool brief = how.empty() || columns < kExplanation + kLeastForIt;
    return wrapped(fmt::format("  {:<20} {:>10.1f} MB{}{}\n", name, static_cast<double>(bytes) / kMegabyte,
                               brief ? "" : "   ", brief ? "" : how),
                   columns, kExplanation);
  };
  std::string out;
  for (const MemoryRow& row : plan.rows) out += line(row.name, row.bytes, row.how);
  return out + line("peak", plan.peak(), "largest resident memory of the run");
}

}  // namespace hetsyn
