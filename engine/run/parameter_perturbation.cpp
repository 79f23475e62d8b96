#include "run/parameter_perturbation.hpp"

#include <algorithm>

#include "core/rng.hpp"
#include "dynamics/synapse.hpp"

namespace hetsyn {
namespace {

// Far from the substreams for samples in data/perturbation.
constexpr std::uint32_t kParameterNoiseSubstream = 0xF0000000u;

void replace_long_tau(std::span<float> decays, double longest_ms, double replacement_ms, double dt_ms) {
  const auto replacement = static_cast<float>(decay_factor(replacement_ms, dt_ms));
  std::replace_if(
      decays.begin(), decays.end(),
      [&](float decay) { return time_constant_ms(static_cast<double>(decay), dt_ms) > longest_ms; }, replacement);
}

void replace_long_taus(std::span<float> parameters, const ParameterLayout& layout, const RunConfig& config) {
  const PerturbSettings& perturb = config.perturb;
  const double replacement_ms = perturb.replace_tau_with_ms.value_or(initial_tau_ms(config.model).mean());
  for (const ParameterGroup& group : layout.groups) {
    const bool from_input = group.population == 0 && group.field == Field::r;
    if (!group.is_synaptic_decay() || (perturb.replace_tau_in == ReplacedDecays::input && !from_input)) continue;
    replace_long_tau(group_span(parameters, group), *perturb.replace_tau_above_ms, replacement_ms, config.model.dt_ms);
  }
}

void add_noise(std::span<float> values, double relative_sd, RandomStream random) {
  for (float& value : values) value = static_cast<float>(value * (1.0 + relative_sd * random.normal()));
}

}  // namespace

void perturb_parameters(std::span<float> parameters, const ParameterLayout& layout, const RunConfig& config) {
  const PerturbSettings& perturb = config.perturb;
  if (perturb.replace_tau_above_ms) replace_long_taus(parameters, layout, config);
  const OptimizerSettings& optimizer = config.train.optimizer;
  std::uint32_t substream = kParameterNoiseSubstream;
  for (const ParameterGroup& group : layout.groups) {
    const RandomStream random(perturb.spikes.seed, RandomPurpose::perturbation, substream++);
    const double relative_sd = group.is_decay() ? perturb.decay_noise : perturb.weight_noise;
    if (relative_sd == 0.0) continue;
    const std::span<float> values = group_span(parameters, group);
    add_noise(values, relative_sd, random);
    const auto lowest = static_cast<float>(group.is_decay() ? optimizer.decay_min : group.range.lowest);
    const auto highest = static_cast<float>(group.is_decay() ? optimizer.decay_max : group.range.highest);
    for (float& value : values) value = std::clamp(value, lowest, highest);
  }
}

}  // namespace hetsyn
