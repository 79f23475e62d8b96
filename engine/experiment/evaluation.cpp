#include "experiment/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/rng.hpp"
#include "experiment/run.hpp"
#include "training/checkpoint.hpp"

namespace hetsyn {
namespace {

// Far from the substreams that data/perturbation uses for samples.
constexpr std::uint32_t kParameterNoiseSubstream = 0xF0000000u;

const SampleSet& set_named(const SampleSets& sets, const std::string& split) {
  const auto absent = [&](std::string_view why) {
    return ConfigError(fmt::format("--split {}: this run has no such set; {}", split, why));
  };
  if (split == "test") {
    if (!sets.test) throw absent("the task has no test split");
    return *sets.test;
  }
  if (split == "validation") {
    if (!sets.validation) throw absent("under protocol = \"paper\" nothing is held out");
    return *sets.validation;
  }
  if (split != "train") throw absent("expected train, validation or test");
  if (sets.train.drawn) throw absent("training samples are drawn anew for each step");
  return sets.train;
}

}  // namespace

void add_parameter_noise(Backend& backend, const PerturbSettings& perturb, const OptimizerSettings& clamp) {
  if (perturb.weight_noise == 0.0 && perturb.decay_noise == 0.0) return;
  std::vector<float> values(backend.layout().size);
  backend.read(Block::parameters, values);
  std::uint32_t substream = kParameterNoiseSubstream;
  for (const ParameterGroup& group : backend.layout().groups) {
    RandomStream random(perturb.spikes.seed, RandomPurpose::perturbation, substream++);
    const double sd = group.is_decay() ? perturb.decay_noise : perturb.weight_noise;
    for (float& value : group_span(std::span(values), group)) {
      double noisy = value * (1.0 + sd * random.normal());
      if (group.is_decay()) noisy = std::clamp(noisy, clamp.decay_min, clamp.decay_max);
      value = static_cast<float>(noisy);
    }
  }
  backend.write(Block::parameters, values);
}

std::optional<EvaluationReport> evaluate_run(const Task& task, const RunConfig& config, const std::string& checkpoint,
                                             const std::string& split, const std::atomic<bool>& stop) {
  const SampleSets sets = divide_samples(task, config.train);
  const SampleSet& set = set_named(sets, split);
  const auto backend = build_backend(config);
  const Checkpoint trained = read_checkpoint(checkpoint, backend->layout());
  backend->write(Block::parameters, trained.parameters);
  add_parameter_noise(*backend, config.perturb, config.train.optimizer);

  EvaluationSettings settings;
  settings.batch = config.train.evaluation_batch != 0 ? config.train.evaluation_batch : config.train.batch;
  settings.dt_ms = config.model.dt_ms;
  settings.seed = config.train.seed;
  settings.perturbation = config.perturb.spikes;
  settings.stop = &stop;
  if (config.perturb.warp_log2 != 0.0) {
    settings.time_scale = warp_factor(config.perturb.warp_log2, config.perturb.spikes.seed, 0);
  }
  auto metrics = evaluate(*backend, task, set, settings);
  if (!metrics) return std::nullopt;
  return EvaluationReport{std::move(*metrics), set.indices.size(), checkpoint};
}

std::string evaluation_json(const RunConfig& config, const EvaluationReport& report) {
  nlohmann::ordered_json out;
  out["checkpoint"] = report.checkpoint;
  out["split"] = report.metrics.split;
  out["samples"] = report.samples;
  const PerturbSettings& perturb = config.perturb;
  out["perturb"] = {{"deletion", perturb.spikes.deletion},
                    {"addition", perturb.spikes.addition},
                    {"jitter_ms", perturb.spikes.jitter_ms},
                    {"warp_log2", perturb.warp_log2},
                    {"weight_noise", perturb.weight_noise},
                    {"decay_noise", perturb.decay_noise},
                    {"seed", perturb.spikes.seed}};
  for (const NamedMetric& metric : report.metrics.metrics) out["metrics"][metric.name] = metric.value;
  return out.dump(2);
}

}  // namespace hetsyn
