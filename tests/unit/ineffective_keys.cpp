#include "config/ineffective_keys.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <ostream>

using namespace hetsyn;

namespace {

using Options = std::vector<std::string>;

enum class Kind : std::uint8_t { fixed, fixed_with_validation, drawn };

TaskInfo task_of(Kind kind) {
  const bool drawn = kind == Kind::drawn;
  TaskInfo info;
  info.splits = {{"train", SplitRole::train, drawn, 10}, {"test", SplitRole::test, drawn, 10}};
  if (kind == Kind::fixed_with_validation) info.splits.push_back({"valid", SplitRole::validation, false, 10});
  return info;
}

ConfigDocument document_of(const std::string& text, const Options& options) {
  ConfigDocument document = parse_toml(text, "c.toml");
  for (const std::string& assignment : options) apply_override(document, "--set", assignment);
  return document;
}

/// The warnings, or the error.
std::vector<std::string> told(const ConfigDocument& document, const TaskInfo& task, std::string_view table = {}) {
  try {
    RunConfig config = read_config(document, "any", {});
    resolve(config, task);
    return ineffective_keys(document, config, &task, table);
  } catch (const ConfigError& error) {
    return {std::string("error: ") + error.what()};
  }
}

struct Silent {
  std::string file;
  Options options;
  Kind task;
  std::string message;  ///< empty: nothing is reported
};
std::ostream& operator<<(std::ostream& out, const Silent& c) {
  for (const std::string& option : c.options) out << option << ' ';
  return out << '|' << c.file;
}

const std::vector<Silent> kCases{
    // The length of a run.
    {"[train]\niterations = 9\n",
     {"train.epochs=3"},
     Kind::drawn,
     "error: --set train.epochs=3 has no effect, as the length of the run is set by train.iterations = 9 (c.toml:2); "
     "expected train.iterations"},
    {"[train]\nepochs = 3\niterations = 9\n",
     {},
     Kind::drawn,
     "c.toml:2: train.epochs = 3 has no effect, as the length of the run is set by train.iterations = 9 (c.toml:3)"},
    {"[train]\nepochs = 100\niterations = 9\n", {}, Kind::drawn, ""},    // the default, as recorded configs have it
    {"[train]\nepochs = 3\n", {"train.iterations=9"}, Kind::drawn, ""},  // asked for
    {"", {"train.epochs=3"}, Kind::drawn, ""},
    {"[train]\niterations_per_epoch = 7\n",
     {},
     Kind::fixed,
     "c.toml:2: train.iterations_per_epoch = 7 has no effect, as the task has a fixed set of training samples"},
    {"",
     {"train.iterations_per_epoch=100"},
     Kind::fixed,  // on top, even the default is reported
     "--set train.iterations_per_epoch=100 has no effect, as the task has a fixed set of training samples"},
    {"", {"train.iterations_per_epoch=7"}, Kind::drawn, ""},
    {"",
     {"train.evaluation_samples=7"},
     Kind::fixed,
     "--set train.evaluation_samples=7 has no effect, as the task has fixed sets of samples"},
    {"", {"train.evaluation_samples=7"}, Kind::drawn, ""},
    {"[train]\ncheckpoint_tape = 4\n",
     {},
     Kind::fixed,  // of a few steps
     "error: c.toml:2: train.checkpoint_tape = 4 has no effect, as a part has 1024 steps or more, and a sample of the "
     "task is not longer; expected 1, or a smaller train.batch"},
    {"", {"train.checkpoint_tape=1"}, Kind::fixed, ""},
    // The optimizer.
    {"[train]\noptimizer = \"adam\"\nmomentum = 0.9\n",
     {},
     Kind::fixed,
     "c.toml:3: train.momentum = 0.9 has no effect, as it is for sgd, and the run has train.optimizer = \"adam\" "
     "(c.toml:2)"},
    {"",
     {"train.momentum=0.9"},
     Kind::fixed,
     "--set train.momentum=0.9 has no effect, as it is for sgd, and the run has train.optimizer = \"adamw\" (the "
     "default)"},
    {"[train]\noptimizer = \"sgd\"\nmomentum = 0.9\n", {"train.optimizer=adam"}, Kind::fixed, ""},
    {"", {"train.optimizer=sgd", "train.momentum=0.9"}, Kind::fixed, ""},
    {"",
     {"train.optimizer=sgd", "train.beta1=0.8"},
     Kind::fixed,
     "--set train.beta1=0.8 has no effect, as it is for adam and adamw, and the run has train.optimizer = \"sgd\" "
     "(--set train.optimizer=sgd)"},
    {"[train]\noptimizer = \"sgd\"\nbeta2 = 0.8\n",
     {},
     Kind::fixed,
     "c.toml:3: train.beta2 = 0.8 has no effect, as it is for adam and adamw, and the run has train.optimizer = "
     "\"sgd\" (c.toml:2)"},
    {"[train]\noptimizer = \"sgd\"\nepsilon = 1e-4\n",
     {},
     Kind::fixed,
     "c.toml:3: train.epsilon = 0.0001 has no effect, as it is for adam and adamw, and the run has train.optimizer = "
     "\"sgd\" (c.toml:2)"},
    {"", {"train.beta1=0.8", "train.beta2=0.8", "train.epsilon=1e-4"}, Kind::fixed, ""},
    // Models.
    {"",
     {"train.matmul_precision=bfloat16"},
     Kind::fixed,
     "--set train.matmul_precision=bfloat16 has no effect, as no matrices are multiplied with model.neuron = "
     "\"hetsyn_lif\" (the default)"},
    {"", {"train.matmul_precision=bfloat16", "model.neuron=het_lif"}, Kind::fixed, ""},
    {"[model]\nneuron = \"hom_lif\"\n",
     {"train.decay_learning_rate_scale=2"},
     Kind::fixed,
     "--set train.decay_learning_rate_scale=2 has no effect, as no decays are trained with model.neuron = \"hom_lif\" "
     "(c.toml:2)"},
    {"[model]\nneuron = \"hom_lif\"\n",
     {"train.decay_parameter=tau"},
     Kind::fixed,
     "--set train.decay_parameter=tau has no effect, as no decays are trained with model.neuron = \"hom_lif\" "
     "(c.toml:2)"},
    {"[model]\nneuron = \"hom_lif\"\n",
     {"train.decay_weight_decay=2"},
     Kind::fixed,
     "--set train.decay_weight_decay=2 has no effect, as no decays are trained with model.neuron = \"hom_lif\" "
     "(c.toml:2)"},
    {"", {"train.decay_learning_rate_scale=2", "train.decay_weight_decay=2"}, Kind::fixed, ""},
    {"[model]\nneuron = \"hom_alif\"\nadaptation_trained = true\n",
     {"train.decay_parameter=tau", "train.adaptation_learning_rate_scale=2", "model.adaptation_per_neuron=true"},
     Kind::fixed,
     ""},
    {"",
     {"train.adaptation_learning_rate_scale=2"},
     Kind::fixed,
     "--set train.adaptation_learning_rate_scale=2 has no effect, as no adaptation is trained with "
     "model.adaptation_trained = false (the default)"},
    {"[model]\nneuron = \"hom_alif\"\n",
     {"model.adaptation_per_neuron=true"},
     Kind::fixed,
     "--set model.adaptation_per_neuron=true has no effect, as nothing of the adaptation is a distribution or trained"},
    {"[model]\nneuron = \"hom_alif\"\nadaptation_strength = { uniform = [0, 1] }\n",
     {"model.adaptation_per_neuron=true"},
     Kind::fixed,
     ""},
    {"",
     {"model.membrane_adaptation=0.1"},
     Kind::fixed,
     "--set model.membrane_adaptation=0.1 has no effect, as model.adaptation is false, and neurons do not adapt with "
     "model.neuron = \"hetsyn_lif\" (the default)"},
    {"",
     {"model.tau_adaptation_current_ms=9"},
     Kind::fixed,
     "--set model.tau_adaptation_current_ms=9 has no effect, as model.adaptation is false, and neurons do not adapt "
     "with "
     "model.neuron = \"hetsyn_lif\" (the default)"},
    {"",
     {"model.adaptation_trained=true"},
     Kind::fixed,
     "--set model.adaptation_trained=true has no effect, as model.adaptation is false, and neurons do not adapt with "
     "model.neuron = \"hetsyn_lif\" (the default)"},
    {"[model]\nneuron = \"hom_lif\"\ntau_homogeneous_ms = 9\n",
     {"model.tau_synapse_ms=3"},
     Kind::fixed,
     "--set model.tau_synapse_ms=3 has no effect, as the time constant is set by model.tau_homogeneous_ms = 9 "
     "(c.toml:3)"},
    {"[model]\nneuron = \"hom_lif\"\n", {"model.tau_synapse_ms=3"}, Kind::fixed, ""},
    {"[model]\ntau_homogeneous_ms = 9\n", {"model.tau_synapse_ms=3"}, Kind::fixed, ""},
    {"",
     {"model.tau_homogeneous_ms=9"},
     Kind::fixed,
     "--set model.tau_homogeneous_ms=9 has no effect, as it is for models with one synaptic time constant, and the run "
     "has model.neuron = \"hetsyn_lif\" (the default)"},
    {"",
     {"model.tau_adaptation_ms=9"},
     Kind::fixed,
     "--set model.tau_adaptation_ms=9 has no effect, as model.adaptation is false, and neurons do not adapt with "
     "model.neuron = \"hetsyn_lif\" (the default)"},
    {"",
     {"model.adaptation_strength=9"},
     Kind::fixed,
     "--set model.adaptation_strength=9 has no effect, as model.adaptation is false, and neurons do not adapt with "
     "model.neuron = \"hetsyn_lif\" (the default)"},
    {"", {"model.adaptation=true", "model.tau_adaptation_ms=9", "model.adaptation_strength=9"}, Kind::fixed, ""},
    {"[model]\nneuron = \"hom_alif\"\nadaptation = false\n",
     {},
     Kind::fixed,
     "error: c.toml:3: model.adaptation = false has no effect, as neurons always adapt with model.neuron = "
     "\"hom_alif\" (c.toml:2); expected true, or model.neuron = \"hom_lif\""},
    {"[model]\nadaptation = false\n",
     {"model.neuron=hom_alif"},
     Kind::fixed,
     ""},  // a recorded config of another model
    {"[model]\nneuron = \"hom_alif\"\nadaptation = true\n", {}, Kind::fixed, ""},
    {"[model]\nneuron = \"het_lif\"\ntie_reset_decay = true\n",
     {"model.tau_reset_ms=9"},
     Kind::fixed,
     "--set model.tau_reset_ms=9 has no effect, as the reset decays as the synapses do with model.tie_reset_decay = "
     "true (c.toml:3)"},
    {"",
     {"model.autapses=true"},
     Kind::fixed,
     "--set model.autapses=true has no effect, as neurons have no connections among themselves with model.recurrent = "
     "false (the default)"},
    {"[model]\nneuron = \"het_lif\"\nrecurrent = false\n",
     {"model.decay_per_projection=true"},
     Kind::fixed,
     "--set model.decay_per_projection=true has no effect, as populations have one projection with model.recurrent = "
     "false (c.toml:3)"},
    {"[model]\nneuron = \"het_lif\"\nrecurrent = true\n", {"model.decay_per_projection=true"}, Kind::fixed, ""},
    {"[model]\nrecurrent = true\n", {"model.autapses=true", "model.tau_reset_ms=9"}, Kind::fixed, ""},
    // What is held out.
    {"[train]\nprotocol = \"paper\"\nvalidation_fraction = 0.2\n",
     {},
     Kind::fixed,
     "c.toml:3: train.validation_fraction = 0.2 has no effect, as nothing is held out with train.protocol = \"paper\" "
     "(c.toml:2)"},
    {"[train]\nvalidation_fraction = 0.2\n", {"train.protocol=paper"}, Kind::fixed, ""},
    {"",
     {"train.validation_fraction=0.2"},
     Kind::fixed_with_validation,
     "--set train.validation_fraction=0.2 has no effect, as the task has a validation set of its own"},
    {"",
     {"train.validation_fraction=0.2"},
     Kind::drawn,
     "--set train.validation_fraction=0.2 has no effect, as the task draws its samples, those for validation as well"},
    {"[train]\nprotocol = \"paper\"\nhold_out = \"samples\"\n",
     {},
     Kind::drawn,
     "c.toml:3: train.hold_out = \"samples\" has no effect, as nothing is held out with train.protocol = \"paper\" "
     "(c.toml:2)"},
    {"",
     {"train.hold_out=samples"},
     Kind::fixed_with_validation,
     "--set train.hold_out=samples has no effect, as the task has a validation set of its own"},
    {"",
     {"train.hold_out=samples"},
     Kind::drawn,
     "--set train.hold_out=samples has no effect, as the task draws its samples, those for validation as well"},
    {"", {"train.hold_out=samples", "train.validation_fraction=0.2"}, Kind::fixed, ""},
    // Augmentation and damage.
    {"[augment]\ndrop_fraction = 0.2\n",
     {},
     Kind::fixed,
     "c.toml:2: augment.drop_fraction = 0.2 has no effect, as nothing is dropped with augment.drop_probability = 0.0 "
     "(the default)"},
    {"[augment]\ndrop_fraction = 0\n",
     {"augment.drop_probability=0.5"},
     Kind::fixed,
     "--set augment.drop_probability=0.5 has no effect, as nothing is dropped with augment.drop_fraction = 0 "
     "(c.toml:2)"},
    {"", {"augment.drop_probability=0.5"}, Kind::fixed, ""},
    {"",
     {"perturb.replace_tau_with_ms=9"},
     Kind::fixed,
     "error: --set perturb.replace_tau_with_ms=9 has no effect, as no time constants are replaced without "
     "perturb.replace_tau_above_ms"},
    {"[perturb]\nreplace_tau_in = \"input\"\n",
     {},
     Kind::fixed,
     "c.toml:2: perturb.replace_tau_in = \"input\" has no effect, as no time constants are replaced without "
     "perturb.replace_tau_above_ms"},
    {"",
     {"perturb.replace_tau_above_ms=700", "perturb.replace_tau_with_ms=9", "perturb.replace_tau_in=input"},
     Kind::fixed,
     ""},
    {"", {"perturb.seed=1"}, Kind::fixed, "--set perturb.seed=1 has no effect, as nothing in [perturb] draws anything"},
    {"",
     {"perturb.seed=1", "perturb.replace_tau_above_ms=700"},
     Kind::fixed,
     "--set perturb.seed=1 has no effect, as nothing in [perturb] draws anything"},
    {"", {"perturb.seed=1", "perturb.warp_log2=0.5"}, Kind::fixed, ""},
    // The device.
    {"[run]\ninstruction_set = \"v3\"\n", {"run.device=reference"}, Kind::fixed, ""},
    {"[run]\ninstruction_set = \"v3\"\ndevice = \"reference\"\n",
     {},
     Kind::fixed,
     "c.toml:2: run.instruction_set = \"v3\" has no effect, as it is for the cpu device, and the run has run.device = "
     "\"reference\" (c.toml:3)"},
    {"", {"run.instruction_set=v3", "run.device=cpu"}, Kind::fixed, ""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(ineffective)

BOOST_DATA_TEST_CASE(a_key_that_changes_nothing_is_told_with_what_decides, kCases) {
  const std::vector<std::string> expected =
      sample.message.empty() ? std::vector<std::string>{} : std::vector<std::string>{sample.message};
  BOOST_TEST(told(document_of(sample.file, sample.options), task_of(sample.task)) == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_sweep_gives_its_keys_on_top_of_its_base) {
  ConfigDocument document = document_of("[train]\niterations = 9\n", {});
  ConfigValue epochs{std::int64_t{3}, {"sweep.toml", 5}};
  epochs.place.over_a_config = true;
  apply_override(document, "train", "epochs", epochs);
  BOOST_TEST(told(document, task_of(Kind::drawn)) ==
                 (std::vector<std::string>{"error: sweep.toml:5: train.epochs = 3 has no effect, as the length of the "
                                           "run is set by train.iterations = 9 (c.toml:2); expected train.iterations"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_evaluation_asks_for_damage_alone) {
  const ConfigDocument document = document_of("[train]\nepochs = 3\niterations = 9\n", {"perturb.seed=1"});
  BOOST_TEST(told(document, task_of(Kind::drawn), "perturb.").size() == 1u);
  BOOST_TEST(told(document, task_of(Kind::drawn)).size() == 2u);
}

BOOST_AUTO_TEST_CASE(without_a_task_nothing_is_said_of_it) {
  const ConfigDocument document = document_of("", {"train.validation_fraction=0.2", "train.iterations_per_epoch=7"});
  BOOST_TEST(ineffective_keys(document, read_config(document, "any", {}), nullptr).empty());
}

// One config serves all models: switching it is nothing to complain about.
BOOST_AUTO_TEST_CASE(the_configs_that_ship_serve_every_model) {
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(HETSYN_SOURCE_DIR) / "configs")) {
    if (entry.path().extension() != ".toml") continue;
    ConfigDocument base = read_toml_file(entry.path().string());
    std::erase_if(base, [](const ConfigEntry& table) { return table.key == "task"; });
    const bool drawn = find_dotted(base, "train.iterations") != nullptr;
    const TaskInfo task = task_of(drawn ? Kind::drawn : Kind::fixed_with_validation);
    for (const char* model : {"hom_lif", "hom_alif", "het_lif", "hetsyn_lif"}) {
      ConfigDocument document = base;
      apply_override(document, "model", "neuron", ConfigValue{std::string(model), {"--set model.neuron"}});
      for (const auto& complaint : told(document, task)) {
        BOOST_TEST(false, entry.path() << " " << model << ": " << complaint);
      }
      ++seen;
    }
  }
  BOOST_TEST(seen >= 12u);
}

BOOST_AUTO_TEST_SUITE_END()
