#include "config/config.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>
#include <limits>
#include <ostream>

#include "config/schema.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn;

namespace {

const std::vector<KeySpec> kTaskKeys{
    {"noise_hz", KeyType::real, "Hz", "0.0", 0, std::numeric_limits<double>::infinity(), {}, "Noise."},
    {"path", KeyType::path, "", "\"data\"", 0, 0, {}, "Folder."},
    {"bin_ms", KeyType::real, "ms", "4.0", 0.01, 1000, {}, "Bin."},
    {"binning", KeyType::text, "", "\"floor\"", 0, 0, {"floor", "paper"}, "Rule."},
};

/// Reads `text` as the file c.toml in a separate directory; messages then start with "c.toml".
RunConfig read_text(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const test::TemporaryDirectory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  test::write_text("c.toml", text);
  struct Back {
    std::filesystem::path to;
    ~Back() { std::filesystem::current_path(to); }
  } back{before};
  ConfigDocument document = read_toml_file("c.toml");
  for (const std::string& assignment : overrides) apply_override(document, "--set", assignment);
  return read_config(document, "shd", kTaskKeys);
}

std::string message_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    read_text(text, overrides);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

struct Complaint {
  std::string text, message;
};
std::ostream& operator<<(std::ostream& out, const Complaint& complaint) { return out << complaint.text; }

const std::string kTimeConstantForms =
    "a number from 0.001 to 1e+07, { uniform = [low, high] }, { normal = [mean, sd] } or "
    "{ lognormal = [median, sd of ln tau] }";

// What a user reads, word for word.
const std::vector<Complaint> kComplaints{
    {"[train]\n\nbatch = -1\n", "c.toml:3: train.batch = -1: expected an integer from 1 to 1000000"},
    {"[train]\nbatch = 1.5\n", "c.toml:2: train.batch = 1.5: expected an integer from 1 to 1000000"},
    {"[train]\nbatch = \"many\"\n", "c.toml:2: train.batch = \"many\": expected an integer from 1 to 1000000"},
    {"[train]\nlearning_rate = nan\n", "c.toml:2: train.learning_rate = nan: expected a number from 1e-12 to 1000"},
    {"[train]\nlearning_rate = inf\n", "c.toml:2: train.learning_rate = inf: expected a number from 1e-12 to 1000"},
    {"[model]\nrecurrent = 1\n", "c.toml:2: model.recurrent = 1: expected true or false"},
    {"[train]\nbacth = 1\n", "c.toml:2: unknown key train.bacth; did you mean \"batch\"?"},
    {"[trian]\nbatch = 1\n", "c.toml:1: unknown table [trian]; did you mean \"train\"?"},
    {"train = 3\n", "c.toml:1: train = 3: expected a table, as in [train]"},
    {"[train]\noptimizer = \"adma\"\n",
     "c.toml:2: train.optimizer = \"adma\": expected one of \"sgd\", \"adam\", \"adamw\"; did you mean \"adam\"?"},
    {"[model]\nhidden = 100\n",
     "c.toml:2: model.hidden = 100: expected a list of integers from 1 to 1000000, as in [128, 64]"},
    {"[model]\nhidden = [\n  128,\n  0,\n]\n", "c.toml:4: model.hidden[1] = 0: expected an integer from 1 to 1000000"},
    {"[model]\ntau_synapse_ms = \"long\"\n",
     "c.toml:2: model.tau_synapse_ms = \"long\": expected " + kTimeConstantForms},
    {"[model]\ntau_synapse_ms = { unifrom = [5, 20] }\n",
     "c.toml:2: unknown key model.tau_synapse_ms.unifrom; did you mean \"uniform\"?"},
    {"[model]\ntau_synapse_ms = { uniform = [20, 5] }\n",
     "c.toml:2: model.tau_synapse_ms.uniform = [20, 5]: expected two numbers [low, high] in ms, 0 < low <= high"},
    {"[model]\nsurrogate = { kind = \"triangular\", height = 1 }\n",
     "c.toml:2: unknown key model.surrogate.height; expected one of kind, gamma, width"},
    {"[train]\nschedule = { step = { factor = 0.8, evry = 100 } }\n",
     "c.toml:2: unknown key train.schedule.step.evry; did you mean \"every\"?"},
    {"[train]\nschedule = { cosine = { warmup = 2 } }\n",
     "c.toml:2: train.schedule.cosine.warmup = 2: expected a number from 0 to 0.999"},
    {"[task]\nbin_ms = 0\n", "c.toml:2: task.bin_ms = 0: expected a number from 0.01 to 1000"},
    {"[model]\nmembrane_adaptation = { lognormal = 1 }\n",
     "c.toml:2: model.membrane_adaptation.lognormal = 1: expected two numbers [median, standard deviation of the "
     "logarithm]"},
    {"[model]\nadaptation_strength = \"strong\"\n",
     "c.toml:2: model.adaptation_strength = \"strong\": expected a number from 0 to 1e+06, { uniform = [low, high] }, "
     "{ "
     "normal = [mean, sd] } or { lognormal = [median, sd of the logarithm] }"},
    {"[task]\nnoise_hz = -1\n", "c.toml:2: task.noise_hz = -1: expected a number of 0 or more"},
    {"[task]\nbinning = \"ceil\"\n", "c.toml:2: task.binning = \"ceil\": expected one of \"floor\", \"paper\""},
    {"[task]\nbin = 1\n", "c.toml:2: unknown key task.bin; did you mean \"bin_ms\"?"},
    {"[run]\nout = 1979-05-27\n",
     "c.toml:2: run.out: dates and times are not used here; expected a number, a text, true or false, a list or a "
     "table"},
};

/// `message` is the key.
const std::vector<Complaint> kOutOfRange{
    {"[model]\nhidden = [10, 0]\n", "model.hidden[1]"},
    {"[model]\ndt_ms = 0\n", "model.dt_ms"},
    {"[model]\nthreshold = -1\n", "model.threshold"},
    {"[model]\ntau_reset_ms = nan\n", "model.tau_reset_ms"},
    {"[model]\ntau_adaptation_ms = 0\n", "model.tau_adaptation_ms"},
    {"[model]\ntau_homogeneous_ms = -3\n", "model.tau_homogeneous_ms"},
    {"[model]\ntau_synapse_ms = 0\n", "model.tau_synapse_ms"},
    {"[model]\ntau_synapse_ms = { uniform = [20, 5] }\n", "model.tau_synapse_ms.uniform"},
    {"[model]\ntau_synapse_ms = { normal = [20, -5] }\n", "model.tau_synapse_ms.normal[1]"},
    {"[model]\ntau_synapse_ms = { lognormal = [20, nan] }\n", "model.tau_synapse_ms.lognormal[1]"},
    {"[model]\nadaptation_strength = -0.1\n", "model.adaptation_strength"},
    {"[model]\nadaptation_strength = { uniform = [0.2, 0.1] }\n", "model.adaptation_strength.uniform"},
    {"[model]\nmembrane_adaptation = -0.1\n", "model.membrane_adaptation"},
    {"[model]\nmembrane_adaptation = { normal = [-0.1, 1] }\n", "model.membrane_adaptation.normal[0]"},
    {"[model]\ntau_adaptation_current_ms = -1\n", "model.tau_adaptation_current_ms"},
    {"[model]\nweight_gain = 0\n", "model.weight_gain"},
    {"[model]\ndropout = 1\n", "model.dropout"},
    {"[model]\nsurrogate = { kind = \"triangular\", width = 0 }\n", "model.surrogate.width"},
    {"[model]\nsurrogate = { kind = \"multi_gaussian\", height = nan }\n", "model.surrogate.height"},
    {"[model]\nfrozen_decay_fraction = 1.1\n", "model.frozen_decay_fraction"},
    {"[train]\nbatch = 0\n", "train.batch"},
    {"[train]\naccumulate = 0\n", "train.accumulate"},
    {"[train]\nepochs = 0\n", "train.epochs"},
    {"[train]\niterations = 0\n", "train.iterations"},
    {"[train]\niterations_per_epoch = 0\n", "train.iterations_per_epoch"},
    {"[train]\nevaluate_every = 0\n", "train.evaluate_every"},
    {"[train]\nvalidation_fraction = 0\n", "train.validation_fraction"},
    {"[train]\nvalidation_fraction = nan\n", "train.validation_fraction"},
    {"[train]\nlearning_rate = nan\n", "train.learning_rate"},
    {"[train]\ndecay_parameter = \"log\"\n", "train.decay_parameter"},
    {"[train]\ndecay_learning_rate_scale = -1\n", "train.decay_learning_rate_scale"},
    {"[train]\nadaptation_learning_rate_scale = -1\n", "train.adaptation_learning_rate_scale"},
    {"[train]\nweight_decay = -1\n", "train.weight_decay"},
    {"[train]\ndecay_weight_decay = nan\n", "train.decay_weight_decay"},
    {"[train]\nmomentum = 1\n", "train.momentum"},
    {"[train]\nbeta1 = 1\n", "train.beta1"},
    {"[train]\nbeta2 = -0.1\n", "train.beta2"},
    {"[train]\nepsilon = 0\n", "train.epsilon"},
    {"[train]\ngradient_clip = nan\n", "train.gradient_clip"},
    {"[train]\ndecay_min = 1.1\n", "train.decay_min"},
    {"[train]\ndecay_max = -0.1\n", "train.decay_max"},
    {"[train]\nschedule = { step = { factor = 0 } }\n", "train.schedule.step.factor"},
    {"[train]\nschedule = { step = { every = 0 } }\n", "train.schedule.step.every"},
    {"[train]\nschedule = { cosine = { warmup = 1 } }\n", "train.schedule.cosine.warmup"},
    {"[train]\nschedule = { cosine = { epochs = -1 } }\n", "train.schedule.cosine.epochs"},
    {"[train]\nschedule = { cosine = { plateau = nan } }\n", "train.schedule.cosine.plateau"},
    {"[augment]\nblend_probability = 1.5\n", "augment.blend_probability"},
    {"[augment]\nshift_channels = 2000000\n", "augment.shift_channels"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(config)

BOOST_DATA_TEST_CASE(a_wrong_value_is_named_with_its_place, kComplaints) {
  BOOST_TEST(message_of(sample.text) == sample.message);
}

BOOST_DATA_TEST_CASE(a_value_out_of_range_is_refused_by_key, kOutOfRange) {
  BOOST_CHECK_EXCEPTION(read_text(sample.text), ConfigError,
                        [&](const ConfigError& error) { return error.key() == sample.message; });
}

BOOST_AUTO_TEST_CASE(a_syntax_error_has_line_and_column) {
  const std::string message = message_of("[train]\nbatch = = 3\n");
  BOOST_TEST(message.starts_with("c.toml:2:9: not valid TOML: "), message);
}

BOOST_AUTO_TEST_CASE(characters_beyond_ascii_belong_into_texts_and_comments) {
  BOOST_TEST(message_of("[train]\nbätch = 3\n") ==
             "c.toml:2: not valid TOML: a character beyond ASCII outside quotes or after a backslash");
  // Within a word, a quote opens no text.
  BOOST_TEST(message_of("[train]\nbatch = 8'ä'\n") ==
             "c.toml:2: not valid TOML: a character beyond ASCII outside quotes or after a backslash");
  // In a text of several lines, toml++ asks whether what comes after a backslash is a space.
  BOOST_TEST(message_of("[task]\npath = \"\"\"a\\ä\"\"\"\n") ==
             "c.toml:2: not valid TOML: a character beyond ASCII outside quotes or after a backslash");
  BOOST_TEST(message_of("[task]\npath = \"\"\"a \\\n  ä\"\"\"\n") ==
             "c.toml:3: not valid TOML: a character beyond ASCII outside quotes or after a backslash");
  BOOST_TEST(message_of("# µ\n[task]\npath = \"\"\"\\\"é\n\"é\"\"\"\"\"\nbinning = \u00a0'floor'\n")
                 .starts_with("c.toml:5: not valid TOML: a character"));
  BOOST_TEST(message_of("# µ\n[task]\npath = '/é\\'\nbinning = \"floor\"  # é\n") == "no error");
  const RunConfig bare = read_text("", {"task.path=/données"});
  BOOST_TEST(std::get<std::string>(bare.task_values[1].value) == "/données");
}

BOOST_AUTO_TEST_CASE(a_text_in_utf16_is_called_so) {
  using namespace std::string_literals;
  const std::string message = "c.toml: is a text in UTF-16; expected UTF-8";
  for (const std::string& text : {"\xFF\xFE[\0t\0"s, "\xFE\xFF\0[\0t"s, "[\0t\0"s, "\0[\0t"s, "\xFF\xFE"s}) {
    BOOST_TEST(message_of(text) == message);
  }
  BOOST_TEST(message_of("\xEF\xBB\xBF[train]\nbatch = 3\n") == "no error");  // the mark of UTF-8
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  BOOST_CHECK_EXCEPTION(read_toml_file("/nowhere/x.toml"), ConfigError, [](const ConfigError& error) {
    return std::string(error.what()) == "/nowhere/x.toml: no such configuration file, or it cannot be read";
  });
}

BOOST_AUTO_TEST_CASE(options_come_last_and_are_named_in_messages) {
  const RunConfig config = read_text("[train]\nbatch = 8\n", {"train.batch=16", "train.batch=24", "task.path=../a/b"});
  BOOST_TEST(config.train.batch == 24u);
  BOOST_TEST(message_of("", {"task.path=3"}) == "--set task.path=3: expected the path of a file or folder");
  BOOST_TEST(message_of("", {"train.batch=-1"}) == "--set train.batch=-1: expected an integer from 1 to 1000000");
  BOOST_TEST(message_of("", {"train.bach=1"}) == "--set train.bach=1: unknown key train.bach; did you mean \"batch\"?");
  BOOST_TEST(message_of("", {"batch=1"}) == "--set batch=1: expected table.key=value, as in --set train.batch=16");
  BOOST_TEST(message_of("", {"model.hidden=[1,"}).starts_with("--set model.hidden=[1,: not a TOML value: "));
}

BOOST_AUTO_TEST_CASE(an_option_cannot_smuggle_in_a_second_key) {
  BOOST_TEST(message_of("", {"train.batch=1\nseed = 5"}) ==
             "--set train.batch=1\nseed = 5: expected an integer from 1 to 1000000");
}

BOOST_AUTO_TEST_CASE(forms_with_parameters) {
  const RunConfig config = read_text(
      "[model]\nhidden = [128, 64]\ntau_synapse_ms = { normal = [40, 4] }\n"
      "surrogate = { kind = \"multi_gaussian\", gamma = 0.3 }\n"
      "[train]\nschedule = { cosine = { warmup = 0.1, epochs = 40, plateau = 0.05, unit = \"epoch\" } }\n");
  BOOST_TEST((config.model.hidden == std::vector<std::size_t>{128, 64}));
  BOOST_CHECK(config.model.tau_synapse_ms.kind == InitialDistribution::Kind::normal);
  BOOST_TEST(config.model.tau_synapse_ms.a == 40.0);
  BOOST_TEST(config.model.tau_synapse_ms.b == 4.0);
  BOOST_CHECK(config.model.surrogate.kind == SurrogateKind::multi_gaussian);
  BOOST_TEST(config.model.surrogate.gamma == 0.3);
  BOOST_TEST(config.model.surrogate.height == 0.15);  // the kind's default
  BOOST_CHECK(config.train.schedule.kind == ScheduleKind::cosine);
  BOOST_CHECK(config.train.schedule.unit == ScheduleUnit::epoch);
  BOOST_TEST(config.train.schedule.epochs == 40.0);
}

BOOST_AUTO_TEST_CASE(a_surrogate_has_the_defaults_of_its_kind) {
  const RunConfig config = read_text("[model]\nsurrogate = \"triangular\"\n");
  BOOST_TEST(config.model.surrogate.gamma == 1.0);
  BOOST_TEST(config.model.surrogate.width == 1.0);
}

BOOST_AUTO_TEST_CASE(a_relative_path_is_absolute_once_it_is_read) {
  const auto path_of = [](const std::vector<std::string>& overrides) {
    return std::get<std::string>(read_text("", overrides).task_values[1].value);
  };
  BOOST_TEST(path_of({}).ends_with("/data"));  // defaults as well
  BOOST_TEST(path_of({}).starts_with("/"));
  BOOST_TEST(path_of({"task.path=./a/../b"}).ends_with("/b"));
  BOOST_TEST(path_of({"task.path=/c/d"}) == "/c/d");
  BOOST_TEST(path_of({"task.path=\"\""}).empty());
}

// Every key away from its default: a key that is not written, or not read, would not survive.
BOOST_AUTO_TEST_CASE(a_written_config_reads_back_as_the_same_run) {
  const RunConfig config = read_text(R"(
[task]
path = "a \"b\"\n"
bin_ms = 0.1
binning = "paper"
[model]
neuron = "het_lif"
hidden = [7, 3]
recurrent = true
spiking_readout = true
dt_ms = 0.3
threshold = 1.1
tau_synapse_ms = { lognormal = [20, 0.5] }
tau_homogeneous_ms = 13
tau_reset_ms = 21
adaptation = true
tau_adaptation_ms = { uniform = [90, 99] }
adaptation_strength = { normal = [0.07, 0.01] }
membrane_adaptation = { lognormal = [0.3, 0.1] }
tau_adaptation_current_ms = 22
adaptation_per_neuron = true
adaptation_trained = true
decay_per_projection = true
tie_reset_decay = true
autapses = true
surrogate = { kind = "atan", gamma = 0.9, slope = 3 }
dropout = 0.1
weight_gain = 1.3
weight_scaling = "decay_aware"
frozen_decay_fraction = 0.4
initial = "/data/net.h5"
[train]
seed = 12345678901
epochs = 3
iterations = 9
iterations_per_epoch = 4
max_steps = 8
batch = 5
accumulate = 2
checkpoint_tape = 3
matmul_precision = "tf32"
optimizer = "sgd"
learning_rate = 0.1
decay_parameter = "log_tau"
decay_learning_rate_scale = 2
adaptation_learning_rate_scale = 3
weight_decay = 0.3
decay_weight_decay = 0.2
momentum = 0.9
beta1 = 0.8
beta2 = 0.99
epsilon = 1e-7
gradient_clip = 10
decay_min = 0.1
decay_max = 0.9
schedule = { step = { factor = 0.7, every = 3, unit = "epoch" } }
protocol = "paper"
hold_out = "samples"
validation_fraction = 0.2
patience = 4
evaluate_every = 2
evaluation_batch = 6
evaluation_samples = 7
[augment]
blend_probability = 0.1
drop_probability = 0.2
drop_fraction = 0.4
shift_channels = 40
jitter_channels = 1.5
shift_ms = 12
[perturb]
deletion = 0.1
addition = 0.2
jitter_ms = 3
warp_log2 = 0.5
weight_noise = 0.01
decay_noise = 0.02
replace_tau_above_ms = 700
replace_tau_with_ms = 100
replace_tau_in = "input"
seed = 3
[run]
device = "reference"
instruction_set = "v3"
threads = 2
checkpoint_every_steps = 10
snapshot_every_epochs = 2
sample_cache_mb = 64
report = true
)");
  const std::string written = write_config(config);
  BOOST_TEST(write_config(read_text(written)) == written);
  const std::string defaults = write_config(read_text(""));
  for (const ConfigTable& table : config_schema()) {
    for (const ConfigKey& key : table.keys) {
      if (key.spec.name == "out") continue;
      BOOST_TEST_CONTEXT(table.name << "." << key.spec.name) {
        BOOST_TEST(value_text(key, config) != value_text(key, RunConfig{}));
        BOOST_TEST(written.find("\n" + key.spec.name + " = ") != std::string::npos);
      }
    }
  }
  BOOST_TEST(write_config(read_text(defaults)) == defaults);
}

BOOST_AUTO_TEST_CASE(the_task_fills_in_what_the_config_leaves_to_it) {
  TaskInfo info;
  info.inputs = 30;
  info.outputs = 2;
  info.dt_ms = 5.0;
  info.spiking_readout = true;
  RunConfig config = read_text("");
  resolve(config, info);
  BOOST_TEST(config.model.inputs == 30u);
  BOOST_TEST(config.model.outputs == 2u);
  BOOST_TEST(config.model.dt_ms == 5.0);
  BOOST_TEST(config.model.spiking_readout);
  RunConfig own = read_text("[model]\ndt_ms = 2\nspiking_readout = false\n");
  resolve(own, info);
  BOOST_TEST(own.model.dt_ms == 2.0);
  BOOST_TEST(!own.model.spiking_readout);
}

BOOST_AUTO_TEST_CASE(a_resolved_config_says_what_is_computed) {
  const auto resolved = [](const std::string& text) {
    RunConfig config = read_text(text);
    resolve(config, {});
    return config;
  };
  const RunConfig alif = resolved(
      "[model]\nneuron = \"hom_alif\"\ntau_synapse_ms = { uniform = [5, 20] }\n"
      "[train]\nbatch = 7\nweight_decay = 0.25\n[perturb]\nreplace_tau_above_ms = 700\n");
  BOOST_TEST(alif.model.adaptation);
  BOOST_TEST(alif.model.autapses.value() == false);
  BOOST_TEST(alif.model.tau_homogeneous_ms.value() == 12.5);
  BOOST_TEST(alif.train.optimizer.decay_weight_decay.value() == 0.25);
  BOOST_TEST(alif.train.evaluation_batch == 7u);
  BOOST_TEST(alif.perturb.replace_tau_with_ms.value() == 12.5);
  const std::string written = write_config(alif);
  BOOST_TEST(write_config(resolved(written)) == written);
  const RunConfig hetsyn = resolved("[model]\ntau_synapse_ms = { normal = [40, 4] }\n");
  BOOST_TEST(!hetsyn.model.adaptation);
  BOOST_TEST(hetsyn.model.autapses.value());
  BOOST_TEST(!hetsyn.model.tau_homogeneous_ms);
  BOOST_TEST(!hetsyn.perturb.replace_tau_with_ms);
  BOOST_TEST(!resolved("[model]\nautapses = false\n").model.autapses.value());
  const std::string two_decays = "[model]\nneuron = \"het_lif\"\ndecay_per_projection = true\n";
  BOOST_TEST(resolved(two_decays + "recurrent = true\n").model.decay_per_projection);
  BOOST_TEST(!resolved(two_decays + "recurrent = false\n").model.decay_per_projection);  // there is one projection
  BOOST_TEST(resolved("[train]\nevaluation_batch = 3\n").train.evaluation_batch == 3u);
}

BOOST_AUTO_TEST_CASE(a_later_complaint_about_a_key_gets_its_place) {
  test::TemporaryDirectory directory;
  test::write_text(directory / "c.toml", "[model]\nsurrogate = \"atan\"\n");
  const std::string path = (directory / "c.toml").string();
  const ConfigDocument document = read_toml_file(path);
  BOOST_TEST(with_place(ConfigError("no good", "model.surrogate.gamma"), document).what() == path + ":2: no good");
  BOOST_TEST(with_place(ConfigError("no good", "model.hidden"), document).what() == std::string("no good"));
}

BOOST_AUTO_TEST_CASE(numbers_are_written_so_that_they_read_back_to_the_same_bits) {
  for (const double value : {0.1, 1e-30, 123456789.0, 1.0 / 3.0, 5e-324}) {
    BOOST_TEST(*parse_toml_value(toml_text(value), {"test"}).as<double>() == value);
  }
}

BOOST_AUTO_TEST_SUITE_END()
