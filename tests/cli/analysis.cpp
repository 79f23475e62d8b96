// engine eval and engine analyse: what is known of a trained network.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"

using namespace hetsyn::test;
using Json = nlohmann::json;

namespace {

/// A run of 24 steps in four epochs, with a snapshot after the second.
struct TrainedRun {
  TrainedRun() {
    const auto arguments = with(
        small_run("run"), {"--set", "run.snapshot_every_epochs=2", "--set", "model.tau_synapse_ms={normal=[40,4]}"});
    const Outcome outcome = run_engine(arguments, folder.path());
    BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  }
  [[nodiscard]] Json json(const std::vector<std::string>& arguments) const {
    const Outcome outcome = run_engine(with(arguments, {"--json"}), folder.path());
    BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
    return Json::parse(outcome.out);
  }
  [[nodiscard]] std::string refusal(const std::vector<std::string>& arguments) const {
    const Outcome outcome = run_engine(arguments, folder.path());
    BOOST_TEST(outcome.exit_code == 2);
    return outcome.err;
  }

  TemporaryDirectory folder;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(analysis, TrainedRun)

BOOST_AUTO_TEST_CASE(the_confusion_matrix_agrees_with_the_tasks_own_accuracy) {
  const Json report = json({"eval", "run", "--split", "validation"});
  const Json& confusion = report["confusion"];
  BOOST_TEST_REQUIRE(confusion.size() == 2u);
  double right = 0.0, all = 0.0;
  for (std::size_t label = 0; label < 2; ++label) {
    for (std::size_t k = 0; k < 2; ++k) {
      const double count = confusion[label][k];
      all += count;
      right += label == k ? count : 0.0;
    }
  }
  BOOST_TEST(all == 16.0);
  BOOST_TEST(right / all == report["metrics"]["accuracy"].get<double>());
  BOOST_TEST(report["metrics"]["macro_f1"].is_number());
}

BOOST_AUTO_TEST_CASE(activity_agrees_with_the_rates_that_training_reports) {
  const Json report = json({"eval", "run"});
  const Json& hidden = report["per_inference"]["populations"]["hidden1"];
  // 8 neurons, 210 steps of 5 ms; sums in another order.
  const double rate_hz = report["metrics"]["firing_rate_hz_hidden1"];
  BOOST_TEST(hidden["rate_hz"].get<double>() == rate_hz, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(hidden["spikes"].get<double>() == rate_hz * 8 * 1.05, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(hidden["decay_updates"] == 210.0 * (8 * 30 + 8 * 8 + 8));
  const double events = report["per_inference"]["input_events"];
  BOOST_TEST(events > 100.0);  // 10 channels of noise at 10 Hz and two cues of 4 spikes on 10 channels: about 185
  BOOST_TEST(events < 270.0);  // six standard deviations of a Poisson number
}

BOOST_AUTO_TEST_CASE(eval_and_analyse_take_the_best_checkpoint_and_say_so) {
  const Json evaluated = json({"eval", "run"})["checkpoint"], analysed = json({"analyse", "run"});
  const Json summary = Json::parse(read_text(folder.path() / "run" / "summary.json"));
  BOOST_TEST(evaluated["name"] == "best");
  BOOST_TEST(evaluated["epoch"] == summary["epoch"]["best_validation"]);
  BOOST_TEST(evaluated["step"] == 6 * evaluated["epoch"].get<int>());
  BOOST_TEST(analysed["checkpoint"] == "best");
  BOOST_TEST(analysed["runs"][0]["epoch"] == evaluated["epoch"]);
  BOOST_TEST(analysed["runs"][0]["step"] == evaluated["step"]);
  const Json last = json({"eval", "run", "--checkpoint", "last"})["checkpoint"];
  BOOST_TEST(last["name"] == "last");
  BOOST_TEST(last["epoch"] == 4);
  BOOST_TEST(last["step"] == 24);
  BOOST_TEST(json({"analyse", "run", "--checkpoint", "last"})["runs"][0]["step"] == 24);
  const std::string text = run_engine({"eval", "run", "--checkpoint", "last"}, folder.path()).out;
  BOOST_TEST(text.find("\n  checkpoint last: epoch 4, step 24\n") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(the_text_of_eval_names_every_damage) {
  const std::string clean = run_engine({"eval", "run"}, folder.path()).out;
  BOOST_TEST(clean.find("damaged") == std::string::npos, clean);
  const std::string text = run_engine({"eval", "run", "--set", "perturb.deletion=0.25", "--set",
                                       "perturb.replace_tau_above_ms=40", "--set", "perturb.replace_tau_in=input"},
                                      folder.path())
                               .out;
  BOOST_TEST(text.find("\n  damaged: perturb.deletion = 0.25, perturb.replace_tau_above_ms = 40.0, "
                       "perturb.replace_tau_with_ms = 40.0, perturb.replace_tau_in = \"input\", perturb.seed = 0\n") !=
                 std::string::npos,
             text);
}

BOOST_AUTO_TEST_CASE(different_models_are_not_averaged) {
  const auto more = with(small_run("hom"), {"--set", "model.neuron=hom_lif"});
  BOOST_TEST_REQUIRE(run_engine(more, folder.path()).exit_code == 0);
  BOOST_TEST_REQUIRE(
      run_engine(with(small_run("hom1"), {"--set", "model.neuron=hom_lif", "--seed", "1"}), folder.path()).exit_code ==
      0);
  const Json groups = json({"analyse", "run", "hom", "hom1"})["groups"];
  BOOST_TEST_REQUIRE(groups.size() == 2u);
  BOOST_TEST(groups[0]["runs"] == Json::array({"run"}));
  BOOST_TEST(groups[1]["runs"] == Json::array({"hom", "hom1"}));
  BOOST_TEST(groups[1]["decays"]["hidden1.r"]["median_ms"]["n"] == 2);
  BOOST_TEST(groups[1]["data"] == "generated");
  const std::string text = run_engine({"analyse", "run", "hom", "hom1"}, folder.path()).out;
  BOOST_TEST(text.find("\nOver 2 runs of hom_lif (") != std::string::npos, text);
  BOOST_TEST(text.find("Over 1 runs") == std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(eval_prints_a_table_for_readers) {
  const std::string text = run_engine({"eval", "run"}, folder.path()).out;
  for (const char* part : {"macro_f1", "synaptic operations", "decay updates", "hidden1", "label (rows)"}) {
    BOOST_TEST(text.find(part) != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(replaced_time_constants_reach_the_network) {
  const double clean = json({"eval", "run"})["metrics"]["loss"];
  const Json damaged = json({"eval", "run", "--set", "perturb.replace_tau_above_ms=40"});
  BOOST_TEST(damaged["metrics"]["loss"].get<double>() != clean);
  BOOST_TEST(damaged["perturb"]["replace_tau_above_ms"] == 40.0);
  BOOST_TEST(damaged["perturb"]["replace_tau_with_ms"] == 40.0);  // the mean of the initial ones
}

BOOST_AUTO_TEST_CASE(time_constants_are_followed_from_the_first_to_the_last) {
  const Json report =
      json({"analyse", "run", "--groups", "cue=0-19,noise=20-29", "--bins", "10", "--checkpoint", "last"});
  const Json& decays = report["runs"][0]["decays"];
  const std::vector<std::pair<std::string, int>> expected{
      {"hidden1.r", 240}, {"hidden1.r cue", 160}, {"hidden1.r noise", 80}, {"hidden1.r_rec", 64}, {"readout.r", 16}};
  BOOST_TEST_REQUIRE(decays.size() == expected.size());
  for (std::size_t d = 0; d < expected.size(); ++d) {
    BOOST_TEST(decays[d]["name"] == expected[d].first);
    BOOST_TEST(decays[d]["count"] == expected[d].second);
  }
  const Json& snapshots = decays[0]["snapshots"];
  BOOST_TEST_REQUIRE(snapshots.size() == 3u);
  BOOST_TEST(snapshots[0]["step"] == 0);
  BOOST_TEST(snapshots[1]["step"] == 12);
  BOOST_TEST(snapshots[2]["step"] == 24);
  // 240 draws of N(40, 4) ms: six standard errors, 1.55 ms.
  BOOST_TEST(std::abs(snapshots[0]["mean_ms"].get<double>() - 40.0) < 1.55);
  BOOST_TEST(snapshots[0]["mean_change"] == 0.0);
  BOOST_TEST(snapshots[1]["mean_change"].get<double>() > 0.0);
  BOOST_TEST(snapshots[2]["mean_change"] != snapshots[1]["mean_change"]);
  const Json& histogram = decays[0]["histogram"];
  std::size_t counted = 0;
  for (const std::size_t count : histogram["counts"]) counted += count;
  for (const char* rest : {"below", "above", "clamped_low", "clamped_high"})
    counted += histogram[rest].get<std::size_t>();
  BOOST_TEST(counted == 240u);
}

/// A decay of the recurrent synapses per neuron is no matrix, whose absent self-connections would be left out.
BOOST_AUTO_TEST_CASE(decays_per_projection_are_all_analysed) {
  const auto arguments = with(small_run("two"), {"--set", "model.neuron=het_lif", "--set", "model.recurrent=true",
                                                 "--set", "model.decay_per_projection=true"});
  const Outcome outcome = run_engine(arguments, folder.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  const Json report = json({"analyse", "two"});
  const Json& decays = report["runs"][0]["decays"];
  BOOST_TEST_REQUIRE(decays.size() == 3u);
  for (const auto& [d, name] : {std::pair{0, "hidden1.r"}, {1, "hidden1.r_rec"}}) {
    BOOST_TEST(decays[d]["name"] == name);
    BOOST_TEST(decays[d]["count"] == 8);
    BOOST_TEST(decays[d]["snapshots"].back()["mean_change"].get<double>() > 0.0);
  }
}

BOOST_AUTO_TEST_CASE(the_data_are_not_needed) {
  const Outcome outcome =
      run_engine({"analyse", "run", "--checkpoint", "last", "--plugin-path", "/nowhere"}, folder.path());
  BOOST_TEST(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(outcome.out.find("| run | hidden1.r_rec | 4 | 24 | 64 |") != std::string::npos, outcome.out);
}

BOOST_AUTO_TEST_CASE(a_criterion_is_looked_for_in_every_run) {
  const std::vector<std::string> alike{"--seed", "1", "--set", "model.tau_synapse_ms={normal=[40,4]}"};
  BOOST_TEST_REQUIRE(run_engine(with(small_run("other"), alike), folder.path()).exit_code == 0);
  const Json easy = json({"analyse", "run", "other", "--criterion", "accuracy>=0", "--window", "10"});
  BOOST_TEST(easy["runs"][0]["criterion_step"] == 12);  // two epochs of six steps fill a window of ten
  BOOST_TEST(easy["groups"][0]["criterion_step"]["n"] == 2);
  const Json never = json({"analyse", "run", "other", "--criterion", "accuracy>=2", "--split", "validation"});
  BOOST_TEST(never["runs"][1]["criterion_step"].is_null());
  BOOST_TEST(never["groups"][0]["criterion_step"]["n"] == 0);
  const std::string text = run_engine({"analyse", "run", "other", "--criterion", "accuracy>=2"}, folder.path()).out;
  BOOST_TEST(text.find("| other | never |") != std::string::npos, text);
  BOOST_TEST(text.find("Over 2 runs") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(mistakes_are_named) {
  BOOST_TEST(refusal({"analyse"}) == "error: which runs? expected: engine analyse RUN…\n");
  BOOST_TEST(refusal({"analyse", "nowhere"}) == "error: nowhere: is not a run directory (it has no config.toml)\n");
  BOOST_TEST(refusal({"analyse", "run", "--groups", "cue=0-30"}) ==
             "error: --groups: cue = 0-30: the network has the input channels 0 to 29\n");
  BOOST_TEST(refusal({"analyse", "run", "--window", "3"}) == "error: --window is for --criterion\n");
  BOOST_TEST(refusal({"analyse", "run", "--bins", "0"}) == "error: --bins 0: expected an integer from 1 to 10000\n");
  BOOST_TEST(refusal({"analyse", "run", "--checkpoint", "first"}) ==
             "error: --checkpoint first: expected best or last\n");
}

BOOST_AUTO_TEST_CASE(force_removes_snapshots_too) {
  const auto snapshot = folder.path() / "run" / "checkpoints" / "step-12.h5";
  BOOST_TEST(std::filesystem::exists(snapshot));
  BOOST_TEST_REQUIRE(run_engine(with(small_run("run"), {"--force"}), folder.path()).exit_code == 0);
  BOOST_TEST(!std::filesystem::exists(snapshot));
}

BOOST_AUTO_TEST_SUITE_END()
