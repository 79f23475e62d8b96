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
constexpr Bounds kTimeConstant{1e-3, 1e7};  // ms; far beyond both ends of the range in biology
constexpr Bounds kRate{0.0, 1e3};

/// A key for a field of RunConfig: `field` maps a RunConfig& or const RunConfig& to a reference to the field.
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

/// Gives all keys of a table one role.
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
          key("neuron", "", kAny, "Neuron model; the models differ in which synaptic decays are shared and trained.",
              HETSYN_FIELD(model.model)),
          key("hidden", "", {1, 1e6}, "Number of neurons of each hidden population, starting next to the input.",
              HETSYN_FIELD(model.hidden)),
          key("recurrent", "", kAny, "Hidden populations also receive their own spikes of the previous step.",
              HETSYN_FIELD(model.recurrent)),
          key("spiking_readout", "", kAny, "The readout spikes; absent: what the task suggests.",
              HETSYN_FIELD(spiking_readout)),
          key("dt_ms", "ms", {1e-3, 1e3}, "Time step of the network; absent: what the task suggests.",
              HETSYN_FIELD(dt_ms)),
          key("threshold", "", {1e-6, 1e6}, "Firing threshold; a neuron spikes if its potential is above it.",
              HETSYN_FIELD(model.threshold)),
          key("tau_synapse_ms", "ms", kTimeConstant, "Initial synaptic time constants of het_lif and hetsyn_lif.",
              HETSYN_FIELD(model.tau_synapse_ms)),
          key("tau_homogeneous_ms", "ms", kTimeConstant,
              "The synaptic time constant of hom_lif and hom_alif; absent: the mean of tau_synapse_ms.",
              HETSYN_FIELD(model.tau_homogeneous_ms)),
          key("tau_reset_ms", "ms", kTimeConstant, "Time constant of the reset current.",
              HETSYN_FIELD(model.tau_reset_ms)),
          key("adaptation", "", kAny, "Neurons adapt; hom_alif always does.", HETSYN_FIELD(model.adaptation)),
          key("tau_adaptation_ms", "ms", kTimeConstant,
              "Time constant of the adaptation current; a distribution needs adaptation_per_neuron.",
              HETSYN_FIELD(model.tau_adaptation_ms)),
          key("adaptation_strength", "", {0.0, 1e6},
              "Adaptation current that each spike adds; a distribution needs adaptation_per_neuron.",
              HETSYN_FIELD(model.adaptation_strength)),
          key("membrane_adaptation", "", {0.0, 1e6},
              "Adaptation current that the membrane potential adds in each step, divided by the potential; 0: spikes "
              "alone add to it. At most (1 + q) / (1 - q) with q = exp(-dt_ms / tau_adaptation_current_ms), and q = 0 "
              "without this filter. A distribution needs adaptation_per_neuron.",
              HETSYN_FIELD(model.membrane_adaptation)),
          key("tau_adaptation_current_ms", "ms", {0.0, 1e7},
              "Time constant of a filter between the adaptation current and the potential; 0: none. With that of the "
              "synapses, neurons are adLIF neurons, whose current enters a leaky membrane.",
              HETSYN_FIELD(model.tau_adaptation_current_ms)),
          key("adaptation_per_neuron", "", kAny,
              "tau_adaptation_ms, adaptation_strength and membrane_adaptation are drawn for each neuron, and each "
              "neuron trains its own; otherwise a population has one of each.",
              HETSYN_FIELD(model.adaptation_per_neuron)),
          key("adaptation_trained", "", kAny,
              "The decay of the adaptation current is trained as synaptic decays are, and adaptation_strength and "
              "membrane_adaptation are trained, too.",
              HETSYN_FIELD(model.adaptation_trained)),
          key("decay_per_projection", "", kAny,
              "Recurrent neurons of het_lif have two decays instead of one, for their feed-forward and for their "
              "recurrent synapses; not for other models. Has no effect without recurrence.",
              HETSYN_FIELD(model.decay_per_projection)),
          key("tie_reset_decay", "", kAny,
              "The reset current has the same decay as the neuron's synapses; not possible if they have several decays "
              "(hetsyn_lif, decay_per_projection).",
              HETSYN_FIELD(model.tie_reset_decay)),
          key("autapses", "", kAny, "Neurons have recurrent connections to themselves; absent: only in hetsyn_lif.",
              HETSYN_FIELD(model.autapses)),
          key("surrogate", "", kAny, "Surrogate for the derivative of the spike.", HETSYN_FIELD(model.surrogate)),
          key("dropout", "", {0.0, 0.999},
              "Probability that a spike does not reach the next population, per step, in training.",
              HETSYN_FIELD(model.dropout)),
          key("weight_gain", "", {1e-6, 1e6},
              "Initial weights are normal with standard deviation weight_gain / sqrt(inputs).",
              HETSYN_FIELD(model.weight_gain)),
          key("weight_scaling", "", kAny,
              "fan_in: that is all. decay_aware: they are also divided by what a synapse with their decay makes of the "
              "training samples, so that weight_gain is the standard deviation of the potentials, whatever time "
              "constants, steps and rates are.",
              HETSYN_FIELD(weight_scaling)),
          key("frozen_decay_fraction", "", kFraction, "Fraction of the decays, chosen at random, that are not trained.",
              HETSYN_FIELD(model.frozen_decay_fraction)),
          key("initial", "", kAny,
              "A checkpoint, or a file of parameters, whose arrays the network starts with; the seed draws those that "
              "it does not have. Absent: all are drawn.",
              HETSYN_FIELD(initial)),
      }};
}

ConfigTable train_table() {
  return {
      "train",
      "How the network is trained, and how the best epoch is selected.",
      {
          with_role(KeyRole::seed,
                    key("seed", "", {0, 9e15}, "Seed of all random numbers: weights, decays, samples, order, dropout.",
                        HETSYN_FIELD(train.seed))),
          with_role(KeyRole::extent,
                    key("epochs", "", kPositiveCount, "Passes over the training samples.", HETSYN_FIELD(train.epochs))),
          with_role(KeyRole::extent,
                    key("iterations", "", kPositiveCount,
                        "Optimizer steps, for tasks that draw their samples; absent: epochs x iterations_per_epoch.",
                        HETSYN_FIELD(train.iterations))),
          key("iterations_per_epoch", "", kPositiveCount,
              "Optimizer steps that count as an epoch, for tasks that draw their samples.",
              HETSYN_FIELD(train.iterations_per_epoch)),
          with_role(KeyRole::extent, key("max_steps", "", kCount, "Largest number of optimizer steps; 0: no limit.",
                                         HETSYN_FIELD(train.max_steps))),
          key("batch", "", {1, 1e6}, "Number of samples of a forward pass.", HETSYN_FIELD(train.batch)),
          key("accumulate", "", {1, 1e6}, "Number of forward passes of an optimizer step.",
              HETSYN_FIELD(train.accumulate)),
          with_role(
              KeyRole::placement,
              key("checkpoint_tape", "", {1, 1e6},
                  "Number of parts, of 1024 steps or more, into which long samples are divided. Only one part has "
                  "its tape in memory; the backward pass computes the others again, from states that are kept at "
                  "their beginnings. Results are the same. Only on the cpu device. 1: the whole tape is kept.",
                  HETSYN_FIELD(train.checkpoint_tape))),
          key("matmul_precision", "", kAny,
              "Precision of the factors of matrix products, which models with shared decays use on the cuda device; "
              "all "
              "but float32 are approximations, whose error is measured when the run starts.",
              HETSYN_FIELD(train.matmul_precision)),
          key("optimizer", "", kAny, "Update rule.", HETSYN_FIELD(train.optimizer.kind)),
          key("learning_rate", "", {1e-12, 1e3}, "Learning rate of the weights, before the schedule.",
              HETSYN_FIELD(train.optimizer.learning_rate)),
          key("decay_parameter", "", kAny,
              "What is trained in place of the decays: decay (r itself, as in the paper), tau (in ms), log_tau "
              "or logit, ln(r / (1 - r)). Learning rate, moments and weight decay are those of this parameter.",
              HETSYN_FIELD(train.optimizer.decay_parameter)),
          key("decay_learning_rate_scale", "", Bounds{0.0, 1e6},  // θ = τ has steps of milliseconds
              "Learning rate of the decays (of decay_parameter) divided by that of the weights.",
              HETSYN_FIELD(train.optimizer.decay_learning_rate_scale)),
          key("adaptation_learning_rate_scale", "", kRate,
              "Learning rate of adaptation_strength and membrane_adaptation divided by that of the weights.",
              HETSYN_FIELD(train.optimizer.adaptation_learning_rate_scale)),
          key("weight_decay", "", kRate, "Weight decay of the weights.", HETSYN_FIELD(train.optimizer.weight_decay)),
          key("decay_weight_decay", "", kRate,
              "Weight decay of the decays (of decay_parameter), and of a trained adaptation; absent: weight_decay.",
              HETSYN_FIELD(train.optimizer.decay_weight_decay)),
          key("momentum", "", {0.0, 0.9999}, "Momentum of sgd.", HETSYN_FIELD(train.optimizer.momentum)),
          key("beta1", "", {0.0, 0.999999}, "adam, adamw: decay of the first moment.",
              HETSYN_FIELD(train.optimizer.beta1)),
          key("beta2", "", {0.0, 0.999999}, "adam, adamw: decay of the second moment.",
              HETSYN_FIELD(train.optimizer.beta2)),
          key("epsilon", "", {1e-30, 1.0}, "adam, adamw: added to the root of the second moment.",
              HETSYN_FIELD(train.optimizer.epsilon)),
          key("gradient_clip", "", {0.0, 1e12},
              "Largest norm of the whole gradient; 0: no clipping. As in PyTorch, the gradient is multiplied by "
              "min(1, gradient_clip / (norm + 1e-6)).",
              HETSYN_FIELD(train.optimizer.gradient_clip)),
          key("decay_min", "", kFraction, "Lower bound to which decays are clamped after each step.",
              HETSYN_FIELD(train.optimizer.decay_min)),
          key("decay_max", "", kFraction, "Upper bound to which decays are clamped after each step.",
              HETSYN_FIELD(train.optimizer.decay_max)),
          key("schedule", "", kAny, "How the learning rate changes over time.", HETSYN_FIELD(train.schedule)),
          key("protocol", "", kAny,
              "held_out selects the best epoch on validation samples, paper on the test set, as published.",
              HETSYN_FIELD(train.protocol)),
          key("hold_out", "", kAny,
              "How a validation set is taken from the training samples: whole groups (speakers), or single samples.",
              HETSYN_FIELD(train.hold_out)),
          key("validation_fraction", "", {0.001, 0.9},
              "Fraction of the training samples that is held out for validation.",
              HETSYN_FIELD(train.validation_fraction)),
          key("patience", "", kCount,
              "End the run after this many evaluations without a better selection metric (an equal one with a smaller "
              "loss does not count); 0: never.",
              HETSYN_FIELD(train.patience)),
          key("evaluate_every", "", kPositiveCount, "Epochs between evaluations.", HETSYN_FIELD(train.evaluate_every)),
          with_role(KeyRole::samples, key("evaluation_batch", "", {0, 1e6},
                                          "Number of samples of a forward pass in evaluations; 0: batch.",
                                          HETSYN_FIELD(train.evaluation_batch))),
          with_role(
              KeyRole::samples,
              key("evaluation_samples", "", kCount,
                  "Number of samples of an evaluation, for tasks that draw their samples; 0: what the task suggests.",
                  HETSYN_FIELD(train.evaluation_samples))),
      }};
}

ConfigTable augment_table() {
  constexpr Bounds kShift{0, 1e6};  // larger than any sample
  return {
      "augment",
      "Random changes to the input spikes of training samples, in this order, different in each epoch; off by default. "
      "Validation and test samples are never changed. Spikes that leave the range of channels or time are dropped.",
      {
          key("blend_probability", "", kFraction,
              "Probability that a sample is blended with another of its class: both are moved half-way to the midpoint "
              "of their centres of mass, and each spike of both is kept with probability 1/2.",
              HETSYN_FIELD(train.augmentation.blend_probability)),
          key("drop_probability", "", kFraction,
              "Probability that a sample loses spikes: in an interval of time, in a band of channels, or anywhere, "
              "equally likely.",
              HETSYN_FIELD(train.augmentation.drop_probability)),
          key("drop_fraction", "", kFraction,
              "Largest fraction of the time, the channels or the spikes that is lost; drawn uniformly from 0 to this.",
              HETSYN_FIELD(train.augmentation.drop_fraction)),
          key("shift_channels", "channels", kShift,
              "All spikes of a sample move by the same number of channels, drawn uniformly from -shift_channels to "
              "shift_channels.",
              HETSYN_FIELD(train.augmentation.shift_channels)),
          key("jitter_channels", "channels", kShift, "Standard deviation of a normal shift of each spike.",
              HETSYN_FIELD(train.augmentation.jitter_channels)),
          key("shift_ms", "ms", kShift,
              "All spikes of a sample move by the same time, drawn uniformly from -shift_ms to shift_ms, in the data's "
              "own "
              "time.",
              HETSYN_FIELD(train.augmentation.shift_ms)),
      }};
}

ConfigTable perturb_table() {
  return {
      "perturb",
      "Damage to inputs and parameters at test time, applied by `engine eval`, never in training.",
      {
          key("deletion", "", kFraction, "Probability that an input spike is removed.",
              HETSYN_FIELD(perturb.spikes.deletion)),
          key("addition", "", kFraction, "Probability that an empty cell (channel and step) gets a spike.",
              HETSYN_FIELD(perturb.spikes.addition)),
          key("jitter_ms", "ms", {0.0, 1e6},
              "Standard deviation of a shift of each input spike, in the data's own time; a spike that would leave the "
              "sample is put into its first or last step.",
              HETSYN_FIELD(perturb.spikes.jitter_ms)),
          key("warp_log2", "", {0.0, 4.0},
              "Spike times are multiplied by a factor a, with log2 a drawn uniformly from -warp_log2 to warp_log2.",
              HETSYN_FIELD(perturb.warp_log2)),
          key("weight_noise", "", kRate,
              "Relative standard deviation of noise on the weights, and on strengths of the adaptation that neurons "
              "have drawn or trained.",
              HETSYN_FIELD(perturb.weight_noise)),
          key("decay_noise", "", kRate,
              "Relative standard deviation of noise on the synaptic decays, and on decays of the adaptation that "
              "neurons have drawn or trained.",
              HETSYN_FIELD(perturb.decay_noise)),
          key("replace_tau_above_ms", "ms", kTimeConstant, "Longer synaptic time constants are replaced; absent: none.",
              HETSYN_FIELD(perturb.replace_tau_above_ms)),
          key("replace_tau_with_ms", "ms", kTimeConstant,
              "The time constant that replaces them; absent: the mean of the initial ones.",
              HETSYN_FIELD(perturb.replace_tau_with_ms)),
          key("replace_tau_in", "", kAny, "All synapses, or only those from the input channels.",
              HETSYN_FIELD(perturb.replace_tau_in)),
          key("seed", "", {0, 9e15}, "Seed of all random numbers of the damage.", HETSYN_FIELD(perturb.spikes.seed)),
      }};
}

ConfigTable run_table() {
  return {
      "run",
      "Where and how to compute. Results depend on device and instruction set only by rounding, and not on other keys.",
      {
          key("device", "", kAny, "auto, or a backend that `engine doctor` lists.", HETSYN_FIELD(run.device)),
          key("instruction_set", "", kAny,
              "Instruction set of the cpu device: auto (the best of this machine), v4, v3 or baseline.",
              HETSYN_FIELD(run.instruction_set)),
          key("threads", "", {0, 4096},
              "Number of threads of the network; as many again load samples in advance. 0: one per core. Results do "
              "not "
              "depend on it.",
              HETSYN_FIELD(run.threads)),
          key("out", "", kAny, "Run directory; absent: a new one under runs/.", HETSYN_FIELD(run.out)),
          key("checkpoint_every_steps", "", kCount,
              "Optimizer steps between checkpoints, in addition to those after each epoch; 0: only those.",
              HETSYN_FIELD(train.checkpoint_every_steps)),
          key("snapshot_every_epochs", "", kCount,
              "Epochs between checkpoints that are kept, for example to analyse the training, beginning with the "
              "initial "
              "parameters (step-0); 0: none.",
              HETSYN_FIELD(run.snapshot_every_epochs)),
          key("sample_cache_mb", "MB", {0, 1e7},
              "Memory for caching the samples of a fixed data set, so that they are read only once.",
              HETSYN_FIELD(run.sample_cache_mb)),
          key("report", "", kAny,
              "Write report.html, the page of `engine report --html`, into the run directory when the training has "
              "ended, also by an interruption or a failure.",
              HETSYN_FIELD(run.report)),
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
