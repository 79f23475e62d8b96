#include "config/schema.hpp"

#include <algorithm>

#include "config/fields.hpp"

namespace hetsyn {
namespace {

struct Bounds {
  double minimum = 0.0;
  double maximum = 0.0;
};
constexpr Bounds kAny{};
constexpr Bounds kFraction{0.0, 1.0};
constexpr Bounds kCount{0.0, 1e9};  // steps, epochs: more than any run has
constexpr Bounds kPositiveCount{1.0, 1e9};
constexpr Bounds kTimeConstant{1e-3, 1e7};  // ms; far beyond both ends of biology
constexpr Bounds kRate{0.0, 1e3};

/// A key bound to a field of RunConfig: `field` maps a RunConfig& or const RunConfig& to a reference to it.
template <class Access>
ConfigKey key(std::string name, std::string unit, Bounds bounds, std::string help, Access field) {
  using Held = std::remove_cvref_t<decltype(field(std::declval<RunConfig&>()))>;
  using Field = typename fields::Plain<Held>::type;
  KeySpec spec{std::move(name), fields::key_type<Field>(), std::move(unit), {}, bounds.minimum, bounds.maximum, {},
               std::move(help)};
  if constexpr (fields::NamedEnum<Field>) spec.choices = fields::names<Field>();
  std::string takes = fields::takes(spec, Field{});
  return {spec, std::move(takes),
          [spec, field](const NamedPlace& at, RunConfig& config) { fields::read_field(spec, at, field(config)); },
          [field](const RunConfig& config) { return fields::value_if_any(field(config)); }};
}

ConfigKey with_role(KeyRole role, ConfigKey key) {
  key.spec.role = role;
  return key;
}

/// A table whose keys all have one role.
ConfigTable with_role(KeyRole role, ConfigTable table) {
  for (ConfigKey& key : table.keys) key.spec.role = role;
  return table;
}

// NOLINTBEGIN(bugprone-macro-parentheses)
/// The accessor of a member, for const and mutable configs alike.
#define HETSYN_FIELD(member) \
  [](auto& config) -> auto& { return config.member; }
// NOLINTEND(bugprone-macro-parentheses)

ConfigTable model_table() {
  return {
      "model",
      "The network: a chain of spiking populations and a readout.",
      {
          key("neuron", "", kAny, "Neuron model: which synaptic decays are shared and trained.",
              HETSYN_FIELD(model.model)),
          key("hidden", "", {1, 1e6}, "Neurons of each hidden population, from the input up.",
              HETSYN_FIELD(model.hidden)),
          key("recurrent", "", kAny, "Hidden populations also see their own spikes of the previous step.",
              HETSYN_FIELD(model.recurrent)),
          key("spiking_readout", "", kAny, "The readout spikes; absent: what the task suggests.",
              HETSYN_FIELD(spiking_readout)),
          key("dt_ms", "ms", {1e-3, 1e3}, "Time step of the network; absent: what the task suggests.",
              HETSYN_FIELD(dt_ms)),
          key("threshold", "", {1e-6, 1e6}, "Firing threshold; a neuron fires where its potential is above it.",
              HETSYN_FIELD(model.threshold)),
          key("tau_synapse_ms", "ms", kTimeConstant, "Initial synaptic time constants of het_lif and hetsyn_lif.",
              HETSYN_FIELD(model.tau_synapse_ms)),
          key("tau_homogeneous_ms", "ms", kTimeConstant,
              "The one synaptic time constant of hom_lif and hom_alif; absent: the mean of tau_synapse_ms.",
              HETSYN_FIELD(model.tau_homogeneous_ms)),
          key("tau_reset_ms", "ms", kTimeConstant, "Time constant of the reset current.",
              HETSYN_FIELD(model.tau_reset_ms)),
          key("tau_adaptation_ms", "ms", kTimeConstant, "Time constant of the adaptation current.",
              HETSYN_FIELD(model.tau_adaptation_ms)),
          key("adaptation_strength", "", {0.0, 1e6}, "Adaptation current added by each spike.",
              HETSYN_FIELD(model.adaptation_strength)),
          key("adaptation", "", kAny, "Neurons adapt; hom_alif always does.", HETSYN_FIELD(model.adaptation)),
          key("decay_per_projection", "", kAny,
              "Recurrent neurons of het_lif have two decays, of their feed-forward and of their recurrent synapses, "
              "instead of one; not for the other models. Without recurrence nothing changes.",
              HETSYN_FIELD(model.decay_per_projection)),
          key("tie_reset_decay", "", kAny,
              "The reset decays as the neuron's synapses do; not where they have several decays (hetsyn_lif, "
              "decay_per_projection).",
              HETSYN_FIELD(model.tie_reset_decay)),
          key("autapses", "", kAny, "Recurrent self-connections exist; absent: only in hetsyn_lif.",
              HETSYN_FIELD(model.autapses)),
          key("surrogate", "", kAny, "Derivative that stands in for that of the spike.", HETSYN_FIELD(model.surrogate)),
          key("dropout", "", {0.0, 0.999},
              "Probability that a spike is lost on its way to the next population, per step, in training.",
              HETSYN_FIELD(model.dropout)),
          key("weight_gain", "", {1e-6, 1e6},
              "Initial weights are normal with standard deviation weight_gain / sqrt(inputs).",
              HETSYN_FIELD(model.weight_gain)),
          key("frozen_decay_fraction", "", kFraction, "Fraction of the decays, chosen at random, that is not trained.",
              HETSYN_FIELD(model.frozen_decay_fraction)),
      }};
}

ConfigTable train_table() {
  return {
      "train",
      "How the network is trained, and what selects the best epoch.",
      {
          with_role(KeyRole::seed,
                    key("seed", "", {0, 9e15}, "Seed of everything random: weights, decays, samples, order, dropout.",
                        HETSYN_FIELD(train.seed))),
          key("epochs", "", kPositiveCount, "Passes over the training samples.", HETSYN_FIELD(train.epochs)),
          key("iterations", "", kPositiveCount,
              "Optimizer steps, for tasks that draw their samples; absent: epochs x iterations_per_epoch.",
              HETSYN_FIELD(train.iterations)),
          key("iterations_per_epoch", "", kPositiveCount,
              "Optimizer steps that count as an epoch, for tasks that draw their samples.",
              HETSYN_FIELD(train.iterations_per_epoch)),
          with_role(KeyRole::extent, key("max_steps", "", kCount, "End after this many optimizer steps; 0: no limit.",
                                         HETSYN_FIELD(train.max_steps))),
          key("batch", "", {1, 1e6}, "Samples of one forward pass.", HETSYN_FIELD(train.batch)),
          key("accumulate", "", {1, 1e6}, "Forward passes of one optimizer step.", HETSYN_FIELD(train.accumulate)),
          key("matmul_precision", "", kAny,
              "Factors of matrix products, which models with shared decays have on the cuda device; an approximation, "
              "but for float32, whose error is measured when the run starts.",
              HETSYN_FIELD(train.matmul_precision)),
          key("optimizer", "", kAny, "Update rule.", HETSYN_FIELD(train.optimizer.kind)),
          key("learning_rate", "", {1e-12, 1e3}, "Learning rate of the weights, before the schedule.",
              HETSYN_FIELD(train.optimizer.learning_rate)),
          key("decay_learning_rate_scale", "", kRate, "Learning rate of the decays over that of the weights.",
              HETSYN_FIELD(train.optimizer.decay_learning_rate_scale)),
          key("weight_decay", "", kRate, "Weight decay of the weights.", HETSYN_FIELD(train.optimizer.weight_decay)),
          key("decay_weight_decay", "", kRate, "Weight decay of the synaptic decays; absent: weight_decay.",
              HETSYN_FIELD(train.optimizer.decay_weight_decay)),
          key("momentum", "", {0.0, 0.9999}, "Momentum of sgd.", HETSYN_FIELD(train.optimizer.momentum)),
          key("beta1", "", {0.0, 0.999999}, "adam, adamw: decay of the first moment.",
              HETSYN_FIELD(train.optimizer.beta1)),
          key("beta2", "", {0.0, 0.999999}, "adam, adamw: decay of the second moment.",
              HETSYN_FIELD(train.optimizer.beta2)),
          key("epsilon", "", {1e-30, 1.0}, "adam, adamw: added to the root of the second moment.",
              HETSYN_FIELD(train.optimizer.epsilon)),
          key("gradient_clip", "", {0.0, 1e12},
              "Largest norm of the whole gradient; 0: not clipped. As in PyTorch, the gradient is multiplied by "
              "min(1, gradient_clip / (norm + 1e-6)).",
              HETSYN_FIELD(train.optimizer.gradient_clip)),
          key("decay_min", "", kFraction, "Lower end of the synaptic decays after each step.",
              HETSYN_FIELD(train.optimizer.decay_min)),
          key("decay_max", "", kFraction, "Upper end of the synaptic decays after each step.",
              HETSYN_FIELD(train.optimizer.decay_max)),
          key("schedule", "", kAny, "Learning rate over time.", HETSYN_FIELD(train.schedule)),
          key("protocol", "", kAny,
              "held_out selects the best epoch on validation samples; paper selects on the test set, as published.",
              HETSYN_FIELD(train.protocol)),
          key("hold_out", "", kAny, "What a validation set is cut from: whole groups (speakers), or samples.",
              HETSYN_FIELD(train.hold_out)),
          key("validation_fraction", "", {0.001, 0.9}, "Fraction of the training samples kept for validation.",
              HETSYN_FIELD(train.validation_fraction)),
          key("patience", "", kCount,
              "End after this many evaluations without a better selection metric (the same one with a smaller loss "
              "does not count); 0: never.",
              HETSYN_FIELD(train.patience)),
          key("evaluate_every", "", kPositiveCount, "Epochs between evaluations.", HETSYN_FIELD(train.evaluate_every)),
          with_role(KeyRole::samples,
                    key("evaluation_batch", "", {0, 1e6}, "Samples of one forward pass in evaluations; 0: batch.",
                        HETSYN_FIELD(train.evaluation_batch))),
          with_role(KeyRole::samples,
                    key("evaluation_samples", "", kCount,
                        "Samples of an evaluation, for tasks that draw their samples; 0: what the task suggests.",
                        HETSYN_FIELD(train.evaluation_samples))),
      }};
}

ConfigTable augment_table() {
  constexpr Bounds kShift{0, 1e6};  // beyond any sample's size
  return {
      "augment",
      "Random changes to the input spikes of training samples, in this order and new in each epoch; off by default. "
      "Validation and test samples are never changed. Spikes that leave channels or time are lost.",
      {
          key("blend_probability", "", kFraction,
              "Probability that a sample is blended with another of its class: both are moved half-way to where "
              "their centres of mass meet, and each spike of both is kept with probability 1/2.",
              HETSYN_FIELD(train.augmentation.blend_probability)),
          key("drop_probability", "", kFraction,
              "Probability that a sample loses spikes: in an interval of time, in a band of channels, or anywhere, "
              "equally likely.",
              HETSYN_FIELD(train.augmentation.drop_probability)),
          key("drop_fraction", "", kFraction,
              "Largest fraction of the time, the channels or the spikes that is lost; uniform from 0 to it.",
              HETSYN_FIELD(train.augmentation.drop_fraction)),
          key("shift_channels", "channels", kShift,
              "All spikes of a sample move by one number of channels, uniform from -shift_channels to "
              "shift_channels.",
              HETSYN_FIELD(train.augmentation.shift_channels)),
          key("jitter_channels", "channels", kShift, "Standard deviation of a normal shift of each spike.",
              HETSYN_FIELD(train.augmentation.jitter_channels)),
          key("shift_ms", "ms", kShift,
              "All spikes of a sample move by one time, uniform from -shift_ms to shift_ms, in the data's own time.",
              HETSYN_FIELD(train.augmentation.shift_ms)),
      }};
}

ConfigTable perturb_table() {
  return {"perturb",
          "Damage to inputs and parameters at test time, applied by `engine eval`; training is always clean.",
          {
              key("deletion", "", kFraction, "Probability that an input spike is removed.",
                  HETSYN_FIELD(perturb.spikes.deletion)),
              key("addition", "", kFraction, "Probability that an empty cell (channel and step) gets a spike.",
                  HETSYN_FIELD(perturb.spikes.addition)),
              key("jitter_ms", "ms", {0.0, 1e6},
                  "Standard deviation of a shift of each input spike, in the data's own time; beyond the ends of the "
                  "sample, a spike stops in its first or last step.",
                  HETSYN_FIELD(perturb.spikes.jitter_ms)),
              key("warp_log2", "", {0.0, 4.0},
                  "Spike times are multiplied by one factor a, log2 a uniform between -warp_log2 and warp_log2.",
                  HETSYN_FIELD(perturb.warp_log2)),
              key("weight_noise", "", kRate, "Relative standard deviation of noise on the weights.",
                  HETSYN_FIELD(perturb.weight_noise)),
              key("decay_noise", "", kRate, "Relative standard deviation of noise on the synaptic decays.",
                  HETSYN_FIELD(perturb.decay_noise)),
              key("replace_tau_above_ms", "ms", kTimeConstant,
                  "Synaptic time constants above this are replaced; absent: none.",
                  HETSYN_FIELD(perturb.replace_tau_above_ms)),
              key("replace_tau_with_ms", "ms", kTimeConstant,
                  "The time constant that they are replaced with; absent: the mean of the initial ones.",
                  HETSYN_FIELD(perturb.replace_tau_with_ms)),
              key("replace_tau_in", "", kAny, "All synapses, or only those from the input channels.",
                  HETSYN_FIELD(perturb.replace_tau_in)),
              key("seed", "", {0, 9e15}, "Seed of these draws.", HETSYN_FIELD(perturb.spikes.seed)),
          }};
}

ConfigTable run_table() {
  return {
      "run",
      "Where and how to compute. Results depend on device and instruction set by rounding only, on the rest not at "
      "all.",
      {
          key("device", "", kAny, "auto, or a backend that `engine doctor` lists.", HETSYN_FIELD(run.device)),
          key("instruction_set", "", kAny,
              "Instructions of the cpu device: auto (the best this machine has), v4, v3 or baseline.",
              HETSYN_FIELD(run.instruction_set)),
          key("threads", "", {0, 4096},
              "Threads of the network; as many load samples ahead. 0: all cores. Results do not depend on it.",
              HETSYN_FIELD(run.threads)),
          key("out", "", kAny, "Run directory; absent: a new one under runs/.", HETSYN_FIELD(run.out)),
          key("checkpoint_every_steps", "", kCount,
              "Optimizer steps between checkpoints, besides the ends of epochs; 0: only those.",
              HETSYN_FIELD(train.checkpoint_every_steps)),
          key("snapshot_every_epochs", "", kCount,
              "Epochs between checkpoints that are kept for good, to follow a training; 0: none.",
              HETSYN_FIELD(run.snapshot_every_epochs)),
          key("sample_cache_mb", "MB", {0, 1e7}, "Memory for samples of a fixed data set, so that they are read once.",
              HETSYN_FIELD(run.sample_cache_mb)),
      }};
}

#undef HETSYN_FIELD

}  // namespace

const std::vector<ConfigTable>& config_schema() {
  static const std::vector<ConfigTable> schema{model_table(), train_table(), augment_table(),
                                               with_role(KeyRole::damage, perturb_table()),
                                               with_role(KeyRole::placement, run_table())};
  return schema;
}

std::string value_text(const ConfigKey& key, const RunConfig& config) {
  const std::optional<ConfigValue> value = key.value(config);
  return value ? toml_text(*value) : std::string();
}

KeyRole role_of(const std::string& key) {
  for (const ConfigTable& table : config_schema()) {
    if (!key.starts_with(table.name + ".")) continue;
    const auto named = [&](const ConfigKey& each) { return each.spec.name == key.substr(table.name.size() + 1); };
    const auto found = std::ranges::find_if(table.keys, named);
    if (found != table.keys.end()) return found->spec.role;
  }
  return KeyRole::identity;
}

}  // namespace hetsyn
