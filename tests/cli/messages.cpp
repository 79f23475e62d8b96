// Messages and exit codes for requests that the program cannot meet.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>

#include "cli/program.hpp"

using namespace hetsyn::test;

namespace {

struct Refusal {
  std::vector<std::string> arguments;
  std::string message;
};
std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  for (const std::string& word : refusal.arguments) out << word << ' ';
  return out;
}

const std::vector<Refusal> kRefusals{
    {{"trian"}, "error: unknown verb \"trian\"; did you mean \"train\"?; engine --help lists them\n"},
    {{"--taks", "dms"}, "error: unknown option --taks; did you mean \"--task\"?; engine train --help lists them\n"},
    {{"--task"},
     "error: the required argument for option '--task' is missing; expected: engine [train] --task NAME "
     "[--config FILE] [--set TABLE.KEY=VALUE …] [options]\n"},
    {{"--seed", "3"},
     "error: which task? expected --task with one of dms, pattern_generation, shd, smnist, ti46, tidigits\n"},
    {{"--task", "dsm"},
     "error: there is no task 'dsm'; did you mean \"dms\"?; known tasks: dms, pattern_generation, shd, smnist, ti46, "
     "tidigits\n"},
    {{"--task", "dms", "--seed", "x"}, "error: --seed x: expected an integer from 0 to 9000000000000000\n"},
    {{"--task", "dms", "--set", "train.bacth=1"},
     "error: --set train.bacth=1: unknown key train.bacth; did you mean \"batch\"?\n"},
    {{"--task", "dms", "--device", "gpu"},
     "error: device \"gpu\" is not known; this build has: auto, cuda, cpu, reference\n"},
    {{"--task", "dms", "--config", "none.toml"},
     "error: none.toml: no such configuration file, or it cannot be read\n"},
    {{"--task", "dms", "--plugin-path", "/nowhere"}, "error: --plugin-path /nowhere: no such file or folder\n"},
    {{"--task", "dms", "--set", "run.out=\"\""}, "error: --out: expected a run directory, not an empty text\n"},
    {{"--task", "dms", "--resume"}, "error: --resume: expected --out with the run directory to continue\n"},
    {{"--task", "dms", "--resume", "--force"}, "error: --resume and --force exclude each other\n"},
    {{"--task", "dms", "--set", "model.tie_reset_decay=true"},
     "error: --set model.tie_reset_decay=true: model.tie_reset_decay = true: expected false, as a neuron of hetsyn_lif "
     "has no single decay to share with its reset\n"},
    {{"help", "evla"}, "error: unknown verb \"evla\"; did you mean \"eval\"?; engine --help lists them\n"},
    {{"help", "eval", "more"}, "error: too many arguments; expected: engine help [VERB]\n"},
    {{"report", "a", "--plot", "--csv"}, "error: --json, --csv, --plot and --html exclude each other\n"},
    {{"eval"}, "error: which run? expected: engine eval RUN\n"},
    {{"report", "a", "--quiet", "--verbose"}, "error: --quiet and --verbose exclude each other\n"},
    {{"report", "a", "--json", "--csv"}, "error: --json, --csv, --plot and --html exclude each other\n"},
    {{"--task", "dms", "--set", "augment.blend_probability=0.5"},
     "error: --set augment.blend_probability=0.5: augment.blend_probability: expected 0, as the task draws its "
     "samples\n"},
    {{"eval", "nowhere"}, "error: nowhere: is not a run directory (it has no config.toml)\n"},
    {{"eval", "a", "b"},
     "error: too many arguments; expected: engine eval RUN [--split test] [--set "
     "perturb.deletion=0.32 …] [--export act.h5 --samples 0-9] [options]\n"},
};

}  // namespace

BOOST_DATA_TEST_CASE(a_wrong_command_line_exits_with_2_and_one_sentence, kRefusals) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine(sample.arguments, temporary.path());
  BOOST_TEST(outcome.exit_code == 2);
  BOOST_TEST(outcome.err == sample.message);
  BOOST_TEST(!std::filesystem::exists(temporary / "runs"));  // nothing was begun
}

BOOST_AUTO_TEST_CASE(a_wrong_config_names_file_and_line) {
  const TemporaryDirectory temporary;
  write_text(temporary / "my.toml", "[train]\n# small\nbatch = -1\n");
  const Outcome outcome = run_engine({"--task", "dms", "--config", "my.toml"}, temporary.path());
  BOOST_TEST(outcome.exit_code == 2);
  BOOST_TEST(outcome.err == "error: my.toml:3: train.batch = -1: expected an integer from 1 to 1000000\n");
}

BOOST_AUTO_TEST_CASE(a_config_that_comes_with_the_engine_is_found_by_its_name) {
  const TemporaryDirectory temporary;
  for (const std::string name : {"dms", "dms.toml", "configs/dms.toml"}) {
    const Outcome outcome = run_engine({"--config", name, "--set", "run.threads=0x", "--dry-run"}, temporary.path());
    BOOST_TEST(outcome.exit_code == 2);
    BOOST_TEST(outcome.out.starts_with("--config " + name + ": taken from /"), outcome.out);
    BOOST_TEST(outcome.out.ends_with("share/hetsyn/configs/dms.toml\n"), outcome.out);
  }
  for (const std::string name : {"dms_models", "sweeps/dms_models.toml", "paper/fig2", "configs/sweeps/dms_models"}) {
    const Outcome outcome = run_engine({"sweep", name, "--seeds", "x", "--dry-run"}, temporary.path());
    BOOST_TEST(outcome.err == "error: --seeds x: expected first-last, as in 0-9\n");  // it and its base were read
  }
  write_text(temporary / "dms.toml", "[train]\nbatch = -1\n");  // the user's own comes first
  const Outcome own = run_engine({"--config", "dms", "--task", "dms"}, temporary.path());
  BOOST_TEST(own.err == "error: dms.toml:2: train.batch = -1: expected an integer from 1 to 1000000\n");
}

BOOST_AUTO_TEST_CASE(a_report_skips_what_cannot_be_read) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), temporary.path()).exit_code == 0);
  const Outcome some = run_engine({"report", "run", "nowhere"}, temporary.path());
  BOOST_TEST(some.exit_code == 0);
  BOOST_TEST(some.out.find("| dms | generated |") != std::string::npos, some.out);
  BOOST_TEST(some.out.find("- nowhere: is not a run directory (it has no config.toml)\n") != std::string::npos,
             some.out);
  BOOST_TEST(run_engine({"report", "nowhere", "neither"}, temporary.path()).exit_code == 1);
  const Outcome none = run_engine({"report", "nowhere"}, temporary.path());
  BOOST_TEST(none.exit_code == 1);
  BOOST_TEST(none.err == "error: nowhere: is not a run directory (it has no config.toml)\n");
}

BOOST_AUTO_TEST_CASE(a_key_without_effect_is_told_with_what_decides) {
  const TemporaryDirectory temporary;
  write_text(temporary / "my.toml", "[train]\niterations = 9\n");
  const std::vector<std::string> run{"--task", "dms", "--config", "my.toml", "--dry-run"};
  const Outcome refused = run_engine(with(run, {"--set", "train.epochs=3"}), temporary.path());
  BOOST_TEST(refused.exit_code == 2);
  BOOST_TEST(refused.err ==
             "error: --set train.epochs=3 has no effect, as the length of the run is set by train.iterations = 9 "
             "(my.toml:2); expected train.iterations\n");
  const Outcome warned =
      run_engine(with(run, {"--set", "train.momentum=0.9", "--set", "train.seed=1", "--seed", "2"}), temporary.path());
  BOOST_TEST(warned.exit_code == 0);
  BOOST_TEST(warned.err ==
             "warning: --set train.seed=1 has no effect, as --seed 2 comes after it\n"
             "warning: --set train.momentum=0.9 has no effect, as it is for sgd, and the run has train.optimizer = "
             "\"adamw\" (the default)\n");
}

BOOST_AUTO_TEST_CASE(a_config_of_another_task_is_noticed) {
  const TemporaryDirectory temporary;
  write_text(temporary / "my.toml", "[task]\nname = \"dms\"\n");
  const Outcome outcome = run_engine({"--task", "shd", "--config", "my.toml"}, temporary.path());
  BOOST_TEST(outcome.exit_code == 2);
  BOOST_TEST(outcome.err == "error: --task shd: the configuration is for task dms\n");
}

BOOST_AUTO_TEST_CASE(missing_data_end_with_1_and_say_what_to_do) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine({"--task", "shd", "--set", "task.path=nowhere"}, temporary.path());
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(outcome.err.find("nowhere: does not hold SHD (no such folder)") != std::string::npos, outcome.err);
  BOOST_TEST(outcome.err.find("bin/fetch-data shd") != std::string::npos, outcome.err);
}

BOOST_AUTO_TEST_CASE(every_verb_has_help) {
  const TemporaryDirectory temporary;
  const Outcome help = run_engine({"--help"}, temporary.path());
  BOOST_TEST(help.exit_code == 0);
  for (const char* verb : {"train", "eval", "report", "tasks", "describe", "schema", "doctor", "cache"}) {
    BOOST_TEST(help.out.find(std::string("\n  ") + verb) != std::string::npos);
    const Outcome of_verb = run_engine({verb, "--help"}, temporary.path());
    BOOST_TEST(of_verb.exit_code == 0);
    BOOST_TEST(of_verb.out.starts_with(std::string("engine ") + (verb == std::string("train") ? "[train]" : verb)));
  }
  BOOST_TEST(run_engine({}, temporary.path()).exit_code == 2);
  BOOST_TEST(run_engine({"help"}, temporary.path()).out == help.out);
  const Outcome eval = run_engine({"help", "eval"}, temporary.path());
  BOOST_TEST(eval.exit_code == 0);
  BOOST_TEST(eval.out == run_engine({"eval", "--help"}, temporary.path()).out);
  for (const char* named : {"--run DIR ", "--seed N ", "--set KEY=VALUE "}) {
    BOOST_TEST(eval.out.find(named) != std::string::npos, eval.out);
  }
}

BOOST_AUTO_TEST_CASE(a_broken_plugin_is_reported_and_stops_nothing) {
  const TemporaryDirectory temporary;
  write_text(temporary / "hetsyn_task_broken.so", "not a library");
  const Outcome outcome = run_engine({"tasks", "--plugin-path", temporary.path().string()}, temporary.path());
  BOOST_TEST(outcome.exit_code == 0);
  BOOST_TEST(outcome.out.find("not loaded: " + (temporary / "hetsyn_task_broken.so").string()) != std::string::npos);
  BOOST_TEST(outcome.out.find(".so: it ") == std::string::npos,
             outcome.out);  // reasons are whole: "its table has no …"
  for (const char* task : {"dms ", "pattern_generation ", "shd "}) {
    BOOST_TEST(outcome.out.find(task) != std::string::npos, task);
  }
}

BOOST_AUTO_TEST_CASE(a_task_is_described_with_keys_and_data) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine({"describe", "--task", "dms"}, temporary.path());
  BOOST_TEST(outcome.exit_code == 0);
  BOOST_TEST(outcome.out.find("delay_ms             default 800") != std::string::npos, outcome.out);
  BOOST_TEST(outcome.out.find("30 inputs, 210 steps of 5 ms") != std::string::npos, outcome.out);
  // Without its data a task still has keys to show.
  const Outcome without = run_engine({"describe", "--task", "shd", "--set", "task.path=nowhere"}, temporary.path());
  BOOST_TEST(without.exit_code == 0);
  BOOST_TEST(without.out.find("bin_ms") != std::string::npos, without.out);
  BOOST_TEST(without.out.find("nowhere: does not hold SHD (no such folder)") != std::string::npos, without.out);
}

BOOST_AUTO_TEST_CASE(doctor_names_what_is_there) {
  const TemporaryDirectory temporary;
  const Outcome outcome = run_engine({"doctor"}, temporary.path());
  BOOST_TEST(outcome.exit_code == 0);
  for (const char* word : {"engine ", "device       cpu", "plugin path", "task         dms", "HETSYN_DATA"}) {
    BOOST_TEST(outcome.out.find(word) != std::string::npos, word);
  }
}

BOOST_AUTO_TEST_CASE(the_committed_reference_of_keys_is_up_to_date) {
  const TemporaryDirectory temporary;
  const std::string committed = read_text(std::filesystem::path(HETSYN_SOURCE_DIR) / "docs" / "configuration.md");
  BOOST_TEST((run_engine({"schema"}, temporary.path()).out == committed),
             "docs/configuration.md is old; run: bin/engine schema > docs/configuration.md");
}

BOOST_AUTO_TEST_CASE(the_configs_that_ship_are_valid) {
  const TemporaryDirectory temporary;
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(HETSYN_SOURCE_DIR) / "configs")) {
    if (entry.path().extension() != ".toml") continue;
    ++seen;
    // `describe` reads the whole config and opens the data where they are.
    const Outcome outcome = run_engine({"describe", "--config", entry.path().string()}, temporary.path());
    BOOST_TEST(outcome.exit_code == 0, entry.path() << ": " << outcome.err);
  }
  BOOST_TEST(seen >= 3u);
}
