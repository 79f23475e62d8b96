#include "config/ineffective_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <hetsyn/exceptions.hpp>

#include "backend/backend.hpp"
#include "config/schema.hpp"

namespace hetsyn {
namespace {

struct Given {
  const ConfigDocument& document;
  const RunConfig& config;  ///< resolved
  const TaskInfo* task;     ///< may be null
};

/// In which config files a key without effect is reported; if it is given on top of a file it always is.
enum class InFiles : std::uint8_t {
  never,      ///< files contain it for other models
  changed,    ///< if its value is not the default
  mentioned,  ///< always
};

/// Whether a key without effect is an error.
enum class Gravity : std::uint8_t { warning, error_on_top, error };

/// Makes the sentence "… has no effect, as {reason} {decider} = {value} ({place}){advice}". If several rules for a key
/// apply, the first one is used.
struct Rule {
  std::string_view key, reason;
  std::string_view decider;  ///< the key that decides instead; empty: the reason is a complete sentence
  InFiles in_files;
  Gravity gravity;
  std::string_view advice;
  bool (*applies)(const Given& given);
};

// ---- conditions --------------------------------------------------------------------------------------------------

bool gives(const Given& given, std::string_view key) { return find_dotted(given.document, key) != nullptr; }

bool has_split(const Given& given, bool (*is)(const Split& split)) {
  return given.task != nullptr && std::ranges::any_of(given.task->splits, is);
}

bool has_second_moment(const Given& given) { return is_adaptive(given.config.train.optimizer.kind); }
bool has_momentum(const Given& given) { return !has_second_moment(given); }
bool is_homogeneous_model(const Given& given) { return is_homogeneous(given.config.model.model); }
bool is_heterogeneous_model(const Given& given) { return !is_homogeneous_model(given); }
bool is_feedforward(const Given& given) { return !given.config.model.recurrent; }
bool never_adapts(const Given& given) { return !adapts(given.config.model); }
bool trains_no_adaptation(const Given& given) { return never_adapts(given) || !given.config.model.adaptation_trained; }
bool trains_no_decays(const Given& given) { return is_homogeneous_model(given) && trains_no_adaptation(given); }
bool shares_adaptation(const Given& given) {
  const auto is_number = [](const InitialDistribution& values) {
    return values.kind == InitialDistribution::Kind::constant;
  };
  const NetworkSpec& model = given.config.model;
  return trains_no_adaptation(given) && is_number(model.tau_adaptation_ms) && is_number(model.adaptation_strength) &&
         is_number(model.membrane_adaptation);
}
bool is_paper_protocol(const Given& given) { return given.config.train.protocol == Protocol::paper; }
bool replaces_nothing(const Given& given) { return !given.config.perturb.replace_tau_above_ms; }

bool is_fixed_training_set(const Given& given) {
  return given.task != nullptr &&
         !has_split(given, [](const Split& split) { return split.role == SplitRole::train && split.drawn; });
}
bool draws_nothing(const Given& given) {
  return given.task != nullptr && !has_split(given, [](const Split& split) { return split.drawn; });
}
bool draws_training(const Given& given) {
  return has_split(given, [](const Split& split) { return split.role == SplitRole::train && split.drawn; });
}
bool has_validation(const Given& given) {
  return !is_paper_protocol(given) &&
         has_split(given, [](const Split& split) { return split.role == SplitRole::validation; });
}

// ---- rules -------------------------------------------------------------------------------------------------------

constexpr std::string_view kSgd = "it is for sgd, and the run has";
constexpr std::string_view kAdam = "it is for adam and adamw, and the run has";
constexpr std::string_view kAdaptation = "model.adaptation is false, and neurons do not adapt with";
constexpr std::string_view kUntrained = "no decays are trained with";
constexpr std::string_view kNothingHeldOut = "nothing is held out with";
constexpr std::string_view kOwnValidation = "the task has a validation set of its own";
constexpr std::string_view kDrawnValidation = "the task draws its samples, those for validation as well";
constexpr std::string_view kNothingReplaced = "no time constants are replaced without";

using enum InFiles;
using enum Gravity;
const std::array<Rule, 38> kRules{{
    {"train.epochs", "the length of the run is set by", "train.iterations", changed, error_on_top,
     "; expected train.iterations", [](const Given& g) { return g.config.train.iterations.has_value(); }},
    {"train.iterations_per_epoch", "the task has a fixed set of training samples", "", changed, warning, "",
     is_fixed_training_set},
    {"train.evaluation_samples", "the task has fixed sets of samples", "", changed, warning, "", draws_nothing},
    {"train.checkpoint_tape", "a part has 1024 steps or more, and a sample of the task is not longer", "", changed,
     error, "; expected 1, or a smaller train.batch",
     [](const Given& g) {
       return g.config.train.checkpoint_tape > 1 && g.task != nullptr && g.task->steps <= kLeastTapePart;
     }},
    {"train.momentum", kSgd, "train.optimizer", changed, warning, "", has_second_moment},
    {"train.beta1", kAdam, "train.optimizer", changed, warning, "", has_momentum},
    {"train.beta2", kAdam, "train.optimizer", changed, warning, "", has_momentum},
    {"train.epsilon", kAdam, "train.optimizer", changed, warning, "", has_momentum},
    {"train.matmul_precision", "no matrices are multiplied with", "model.neuron", never, warning, "",
     [](const Given& g) { return g.config.model.model == NeuronModel::hetsyn_lif; }},
    {"train.decay_parameter", kUntrained, "model.neuron", never, warning, "", trains_no_decays},
    {"train.decay_learning_rate_scale", kUntrained, "model.neuron", never, warning, "", trains_no_decays},
    {"train.decay_weight_decay", kUntrained, "model.neuron", never, warning, "", trains_no_decays},
    {"train.adaptation_learning_rate_scale", "no adaptation is trained with", "model.adaptation_trained", never,
     warning, "", trains_no_adaptation},
    {"train.validation_fraction", kNothingHeldOut, "train.protocol", changed, warning, "", is_paper_protocol},
    {"train.validation_fraction", kOwnValidation, "", changed, warning, "", has_validation},
    {"train.validation_fraction", kDrawnValidation, "", changed, warning, "", draws_training},
    {"train.hold_out", kNothingHeldOut, "train.protocol", changed, warning, "", is_paper_protocol},
    {"train.hold_out", kOwnValidation, "", changed, warning, "", has_validation},
    {"train.hold_out", kDrawnValidation, "", changed, warning, "", draws_training},
    {"model.tau_synapse_ms", "the time constant is set by", "model.tau_homogeneous_ms", never, warning, "",
     [](const Given& g) { return is_homogeneous_model(g) && gives(g, "model.tau_homogeneous_ms"); }},
    {"model.tau_homogeneous_ms", "it is for models with one synaptic time constant, and the run has", "model.neuron",
     never, warning, "", is_heterogeneous_model},
    {"model.tau_adaptation_ms", kAdaptation, "model.neuron", never, warning, "", never_adapts},
    {"model.adaptation_strength", kAdaptation, "model.neuron", never, warning, "", never_adapts},
    {"model.membrane_adaptation", kAdaptation, "model.neuron", never, warning, "", never_adapts},
    {"model.tau_adaptation_current_ms", kAdaptation, "model.neuron", never, warning, "", never_adapts},
    {"model.adaptation_per_neuron", kAdaptation, "model.neuron", never, warning, "", never_adapts},
    {"model.adaptation_per_neuron", "nothing of the adaptation is a distribution or trained", "", changed, warning, "",
     shares_adaptation},
    {"model.adaptation_trained", kAdaptation, "model.neuron", never, warning, "", never_adapts},
    {"model.adaptation", "neurons always adapt with", "model.neuron", mentioned, error,
     "; expected true, or model.neuron = \"hom_lif\"",
     [](const Given& g) {
       const ConfigValue* const written = find_dotted(g.document, "model.adaptation");
       return g.config.model.model == NeuronModel::hom_alif && written != nullptr && !*written->as<bool>();
     }},
    {"model.tau_reset_ms", "the reset decays as the synapses do with", "model.tie_reset_decay", never, warning, "",
     [](const Given& g) { return g.config.model.tie_reset_decay; }},
    {"model.autapses", "neurons have no connections among themselves with", "model.recurrent", never, warning, "",
     is_feedforward},
    {"model.decay_per_projection", "populations have one projection with", "model.recurrent", never, warning, "",
     is_feedforward},
    {"augment.drop_fraction", "nothing is dropped with", "augment.drop_probability", changed, warning, "",
     [](const Given& g) { return g.config.train.augmentation.drop_probability == 0.0; }},
    {"augment.drop_probability", "nothing is dropped with", "augment.drop_fraction", changed, warning, "",
     [](const Given& g) { return g.config.train.augmentation.drop_fraction == 0.0; }},
    {"perturb.replace_tau_with_ms", kNothingReplaced, "perturb.replace_tau_above_ms", changed, error_on_top, "",
     replaces_nothing},
    {"perturb.replace_tau_in", kNothingReplaced, "perturb.replace_tau_above_ms", changed, error_on_top, "",
     replaces_nothing},
    {"perturb.seed", "nothing in [perturb] draws anything", "", changed, warning, "",
     [](const Given& g) {
       const PerturbSettings& perturb = g.config.perturb;
       return perturb.spikes.none() && perturb.warp_log2 == 0.0 && perturb.weight_noise == 0.0 &&
              perturb.decay_noise == 0.0;
     }},
    {"run.instruction_set", "it is for the cpu device, and the run has", "run.device", changed, warning, "",
     [](const Given& g) { return find_backend(g.config.run.device).instruction_sets().empty(); }},
}};

// ---- messages ------------------------------------------------------------------------------------------------------

/// The value of a key of the schema in a config, as TOML; "" if the key is absent.
std::string value_text(const RunConfig& config, std::string_view dotted) {
  for (const ConfigTable& table : config_schema()) {
    for (const ConfigKey& key : table.keys) {
      if (table.name + "." + key.spec.name == dotted) return value_text(key, config);
    }
  }
  return {};
}

/// "train.iterations = 1000 (configs/dms.toml:24)"
std::string decider_text(const Given& given, std::string_view key) {
  if (key.empty()) return {};
  if (const ConfigValue* const written = find_dotted(given.document, key)) {
    return fmt::format(" {} = {} ({})", key, toml_text(*written), written->place.text());
  }
  const std::string value = value_text(given.config, key);
  return value.empty() ? fmt::format(" {}", key) : fmt::format(" {} = {} (the default)", key, value);
}

bool is_on_top(const Given& given, std::string_view key) {
  const ConfigValue* const written = key.empty() ? nullptr : find_dotted(given.document, key);
  return written != nullptr && written->place.is_on_top();
}

bool is_told(const Rule& rule, const Given& given, const ConfigValue& written) {
  if (written.place.is_on_top()) return true;
  if (rule.in_files == never || is_on_top(given, rule.decider)) return false;
  return rule.in_files == mentioned || value_text(given.config, rule.key) != value_text(RunConfig{}, rule.key);
}

std::string sentence(const Rule& rule, const Given& given, const ConfigValue& written) {
  // The text of an option already contains key and value.
  const std::string what = written.place.line == 0
                               ? written.place.text()
                               : fmt::format("{}: {} = {}", written.place.text(), rule.key, toml_text(written));
  return fmt::format("{} has no effect, as {}{}", what, rule.reason, decider_text(given, rule.decider));
}

}  // namespace

std::vector<std::string> ineffective_keys(const ConfigDocument& document, const RunConfig& config, const TaskInfo* task,
                                          std::string_view table) {
  const Given given{document, config, task};
  std::vector<std::string> warnings;
  std::string_view told;
  for (const Rule& rule : kRules) {
    const ConfigValue* const written = find_dotted(document, rule.key);
    if (written == nullptr || !(table.empty() || rule.key.starts_with(table)) || rule.key == told) continue;
    if (!rule.applies(given) || !is_told(rule, given, *written)) continue;
    const std::string text = sentence(rule, given, *written);
    const bool is_error = rule.gravity == error || (rule.gravity == error_on_top && written->place.is_on_top());
    if (is_error) throw ConfigError(fmt::format("{}{}", text, rule.advice));
    warnings.push_back(text);
    told = rule.key;
  }
  return warnings;
}

}  // namespace hetsyn
