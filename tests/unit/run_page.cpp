// The page of a run: what it has for runs of all kinds.
#include "report/html/run_page.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <numeric>

#include "base/file_lock.hpp"
#include "dynamics/synapse.hpp"
#include "network/spec.hpp"
#include "report/html/evaluation_sections.hpp"
#include "run/run_directory.hpp"
#include "support/temporary_directory.hpp"
#include "training/checkpoint.hpp"

using namespace hetsyn;
namespace fs = std::filesystem;

namespace {

const std::string kHostile = R"(</script><b>"%{x}")" + std::string(10000, 'w');
const std::string kConfig =
    "[task]\nname = \"tones\"\n[model]\nneuron = \"hetsyn_lif\"\nhidden = [4]\ndt_ms = 1.0\n"
    "tau_synapse_ms = { uniform = [5, 20] }\n[train]\nseed = 3\nepochs = 2\n";

std::string summary(const std::string& status, const std::string& more = "") {
  return R"({"task":"tones","seed":3,"device":"cpu","protocol":"held_out","parameters":48,"status":")" + status +
         R"(","epochs":2,"steps":8,"seconds":4.0,"selection":{"split":"validation","metric":"accuracy"},)"
         R"("memory":{"planned_mb":20.0,"peak_mb":22.0},"epoch":{"last":2,"best_validation":1,"best_test":null},)"
         R"("metrics":{"train":{"accuracy":{"last":0.5,"best_validation":0.25,"best_test":null}},)"
         R"("validation":{"accuracy":{"last":0.5,"best_validation":0.75,"best_test":null}}})" +
         more + "}";
}

constexpr std::string_view kMetrics =
    R"({"epoch":1,"step":4,"learning_rate":0.1,"train":{"accuracy":0.25,"loss":2.0,"firing_rate_hz":3.0},)"
    R"("validation":{"accuracy":0.75,"loss":null}})"
    "\n"
    R"({"epoch":2,"step":8,"learning_rate":0.05,"train":{"accuracy":0.5,"loss":1.0,"firing_rate_hz":4.0},)"
    R"("validation":{"accuracy":0.5,"loss":1.5}})"
    "\n";

/// A run directory with the files that are not empty.
void write_run(const fs::path& run, std::string_view summary_text, std::string_view metrics,
               std::string_view config = kConfig) {
  fs::create_directories(run / "checkpoints");
  test::write_text(run / "config.toml", std::string(config));
  if (!summary_text.empty()) test::write_text(run / "summary.json", std::string(summary_text));
  if (!metrics.empty()) test::write_text(run / "metrics.jsonl", std::string(metrics));
}

Page page_of(const fs::path& run) { return run_page({.run = run}, std::atomic<bool>(false)).value(); }

const Section& section(const Page& page, const std::string& title) {
  const auto found = std::ranges::find(page.sections, title, &Section::title);
  BOOST_TEST_REQUIRE((found != page.sections.end()), title);
  return *found;
}

bool has(const std::vector<std::string>& texts, const std::string& part) {
  return std::ranges::any_of(texts, [&](const std::string& text) { return text.find(part) != std::string::npos; });
}

NetworkState small_network(NeuronModel model = NeuronModel::hetsyn_lif, bool adapts = false) {
  NetworkSpec spec;
  spec.model = model;
  spec.recurrent = model == NeuronModel::het_lif;
  spec.inputs = 5;
  spec.hidden = {4};
  spec.outputs = 2;
  spec.tau_synapse_ms = {InitialDistribution::Kind::uniform, 5.0, 20.0};
  spec.adaptation = spec.adaptation_per_neuron = spec.adaptation_trained = adapts;
  return build_network(spec, 3);
}

/// A checkpoint of a network at the beginning of its training.
Checkpoint initial_checkpoint(const NetworkState& network) {
  Checkpoint checkpoint;
  checkpoint.config = kConfig;
  checkpoint.parameters = network.parameters;
  checkpoint.moment1.resize(network.layout.size);
  checkpoint.moment2.resize(network.layout.size);
  checkpoint.progress.seed = 3;
  return checkpoint;
}

/// A checkpoint whose decays are all the same time constant; `at_clamp` of the first group are 1.
void write_decays(const fs::path& run, const std::string& name, std::uint64_t step, double tau_ms,
                  std::size_t at_clamp = 0) {
  const NetworkState network = small_network();
  Checkpoint checkpoint = initial_checkpoint(network);
  checkpoint.progress.step = step;
  checkpoint.progress.epoch = step / 4;
  bool first = true;
  for (const ParameterGroup& group : network.layout.groups) {
    if (!group.is_decay()) continue;
    const auto r = group_span(std::span<float>(checkpoint.parameters), group);
    std::ranges::fill(r, static_cast<float>(decay_factor(tau_ms, 1.0)));
    if (first) std::ranges::fill(r.first(at_clamp), 1.0F);
    first = false;
  }
  write_checkpoint(checkpoint_file(run, name).string(), network.layout, checkpoint);
}

EvaluationReport evaluation(std::size_t classes) {
  EvaluationReport report;
  report.checkpoint = "runs/a/checkpoints/best.h5";
  report.samples = 2 * classes;
  report.metrics.split = "test";
  report.confusion.emplace(classes);
  for (std::size_t k = 0; k < classes; ++k) {
    const auto label = static_cast<std::int32_t>(k), other = static_cast<std::int32_t>((k + 1) % classes);
    report.confusion->add(std::vector{label, label}, std::vector{label, k == 1 ? other : label});
  }
  return report;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(page_of_a_run)

BOOST_AUTO_TEST_CASE(a_finished_run_has_facts_results_and_curves) {
  const test::TemporaryDirectory folder;
  write_run(folder / "run", summary("finished"), kMetrics);
  const Page page = page_of(folder / "run");
  BOOST_TEST(page.title == "tones, hetsyn_lif, seed 3");
  BOOST_TEST(page.notices.empty());
  BOOST_TEST(!page.reload_s.has_value());
  const Section& results = section(page, "Results");
  BOOST_TEST(has(results.text, "no test split"));
  BOOST_TEST_REQUIRE(results.tables.size() == 1u);
  const std::vector<std::vector<std::string>> rows{{"epoch", "", "2", "1", "–"},
                                                   {"accuracy", "train", "0.5", "0.25", "–"},
                                                   {"accuracy", "validation", "0.5", "0.75", "–"}};
  BOOST_TEST((results.tables[0].rows == rows));

  const Section& curves = section(page, "Learning curves");
  BOOST_TEST_REQUIRE(curves.figures.size() == 2u);
  const std::vector<Panel>& panels = curves.figures[0].panels;
  BOOST_TEST_REQUIRE(panels.size() == 3u);
  BOOST_TEST(panels[0].y.title == "accuracy");
  BOOST_TEST_REQUIRE(panels[0].series.size() == 3u);
  BOOST_TEST((panels[0].series[0].y == std::vector{0.25, 0.5}));
  BOOST_TEST(panels[0].series[2].name == "selected epoch");
  BOOST_TEST((panels[0].series[2].x == std::vector{1.0}));
  BOOST_TEST((panels[0].series[2].y == std::vector{0.75}));
  BOOST_TEST(panels[1].y.title == "loss");
  BOOST_TEST(std::isnan(panels[1].series[1].y[0]));
  BOOST_TEST(panels[2].y.title == "learning rate");
  BOOST_TEST((curves.figures[1].panels[0].series[0].y == std::vector{3.0, 4.0}));
  BOOST_TEST(has(section(page, "Time constants").text, "no checkpoint"));
  BOOST_TEST(has(section(page, "Decisions and activity").text, "no checkpoint"));
  const auto& keys = section(page, "Configuration").tables[0].rows;
  BOOST_TEST((std::ranges::find(keys, std::vector<std::string>{"train.seed", "3"}) != keys.end()));
}

BOOST_AUTO_TEST_CASE(an_evaluation_within_an_epoch_is_named) {
  const test::TemporaryDirectory folder;
  write_run(folder / "run", summary("max_steps"),
            R"({"epoch":1,"step":3,"learning_rate":0.1,"provisional":true,"train":{"loss":2.0}})"
            "\n");
  BOOST_TEST(has(section(page_of(folder / "run"), "Results").text, "ended the run at step 3, within epoch 1"));
}

BOOST_AUTO_TEST_CASE(what_became_of_a_run_is_said_first) {
  const test::TemporaryDirectory folder;
  const auto first_notice = [&](const std::string& text, std::string_view metrics = kMetrics) {
    write_run(folder / "run", text, metrics);
    const Page page = page_of(folder / "run");
    return page.notices.empty() ? std::string() : page.notices.front();
  };
  BOOST_TEST(first_notice("", "").find("did not come to its end") != std::string::npos);
  BOOST_TEST(has(section(page_of(folder / "run"), "Results").text, "No epoch has ended yet"));
  BOOST_TEST(first_notice(summary("interrupted")).starts_with("The run was interrupted. engine --resume --out"));
  BOOST_TEST(first_notice(summary("failed")) == "The run failed; log.txt may say why.");
  BOOST_TEST(first_notice(summary("failed", R"(,"error":"loss is NaN")")) == "The run failed: loss is NaN");
  BOOST_TEST(first_notice(summary("running")).find("was killed") != std::string::npos);
  const std::string standin = R"(,"data":{"name":"rendered digits","standin":true})";
  BOOST_TEST(first_notice(summary("finished", standin)).find("stand-in, rendered digits") != std::string::npos);
  BOOST_CHECK_THROW(page_of(folder / "none"), UsageError);
}

BOOST_AUTO_TEST_CASE(a_run_that_goes_on_loads_itself_again) {
  const test::TemporaryDirectory folder;
  write_run(folder / "run", summary("running"), kMetrics);
  const Descriptor writer(folder / "run", O_RDONLY | O_DIRECTORY);
  BOOST_TEST_REQUIRE((try_lock(writer, LockKind::exclusive) == LockState::held));
  const Page page = run_page({.run = folder / "run", .watched = true}, std::atomic<bool>(false)).value();
  BOOST_TEST(page.reload_s.value() == 5u);
  BOOST_TEST(has(page.notices, "is going on; this is its state after epoch 2"));
  BOOST_TEST(!page_of(folder / "run").reload_s.has_value());
}

BOOST_AUTO_TEST_CASE(hostile_names_are_kept_as_they_are) {
  const test::TemporaryDirectory folder;
  const std::string name = fmt::format("a<script>'\"&{}", std::string(150, 'n'));
  write_run(folder / name, summary("finished"), kMetrics,
            "[task]\nname = '''" + kHostile + "'''\n[model]\nneuron = \"x\"\n");
  const Page page = page_of(folder / name);
  BOOST_TEST(page.title.starts_with(kHostile));
  BOOST_TEST(page.subtitle == "Report of the run " + name);
}

BOOST_AUTO_TEST_CASE(time_constants_before_and_after_and_on_the_way) {
  const test::TemporaryDirectory folder;
  const fs::path run = folder / "run";
  write_run(run, summary("finished"), kMetrics);
  write_decays(run, "step-0", 0, 10.0);
  write_decays(run, "best", 8, 100.0, 5);
  Page page = page_of(run);
  BOOST_TEST(has(section(page, "Drift of time constants").text, "no snapshots"));
  BOOST_TEST(has(section(page, "Weights against time constants").text, "all time constants are equal"));
  const Section& taus = section(page, "Time constants");
  const std::vector<std::string> before{"hidden1, feed-forward", "before", "20", "10", "10", "10", "0 %", "0 %"};
  const std::vector<std::string> after{"hidden1, feed-forward", "after", "20", "100", "100", "∞", "0 %", "25 %"};
  BOOST_TEST_REQUIRE(taus.tables[0].rows.size() == 4u);
  BOOST_TEST((taus.tables[0].rows[0] == before));
  BOOST_TEST(taus.tables[0].rows[1][4] == after[4]);
  BOOST_TEST(taus.tables[0].rows[1][7] == after[7]);
  BOOST_TEST_REQUIRE(taus.figures.size() == 1u);
  const Panel& panel = taus.figures[0].panels[0];
  BOOST_TEST_REQUIRE(panel.series.size() == 2u);
  const auto sum = [](const Series& series) { return std::accumulate(series.y.begin(), series.y.end(), 0.0); };
  BOOST_TEST(sum(panel.series[0]) == 20.0);
  BOOST_TEST(sum(panel.series[1]) == 15.0);  // without those at the clamp

  write_decays(run, "step-4", 4, 50.0);
  page = page_of(run);
  const Series& drift = section(page, "Drift of time constants").figures[0].panels[0].series[0];
  BOOST_TEST((drift.x == std::vector{0.0, 4.0, 8.0}));
  BOOST_TEST(drift.y[1] == 50.0, boost::test_tools::tolerance(1e-4));

  test::write_text(checkpoint_file(run, "best"), "no checkpoint");
  BOOST_TEST(has(section(page_of(run), "Time constants").text, "could not be read"));
}

BOOST_AUTO_TEST_CASE(weights_are_counted_by_time_constant) {
  const test::TemporaryDirectory folder;
  const fs::path run = folder / "run";
  write_run(run, summary("finished"), kMetrics);
  const NetworkState network = small_network();
  write_checkpoint(checkpoint_file(run, "best").string(), network.layout, initial_checkpoint(network));
  const Page page = page_of(run);
  const Section& density = section(page, "Weights against time constants");
  BOOST_TEST_REQUIRE(density.figures.size() == 2u);
  const Grid& grid = density.figures[0].panels[0].grid.value();
  BOOST_TEST(grid.values.size() == grid.x.size() * grid.y.size());
  BOOST_TEST(std::accumulate(grid.values.begin(), grid.values.end(), 0.0) == 20.0);
  BOOST_TEST(std::ranges::is_sorted(grid.x));
}

BOOST_AUTO_TEST_CASE(models_with_shared_time_constants) {
  const test::TemporaryDirectory folder;
  const fs::path run = folder / "run";
  const auto write = [&](NeuronModel model, const std::string& more, bool adapts = false) {
    std::string config = kConfig;
    config.replace(config.find("hetsyn_lif"), 10, neuron_model_name(model)).insert(config.find("hidden"), more);
    write_run(run, summary("finished"), kMetrics, config);
    const NetworkState network = small_network(model, adapts);
    write_checkpoint(checkpoint_file(run, "best").string(), network.layout, initial_checkpoint(network));
  };
  write(NeuronModel::hom_lif, "");
  const Section constant = section(page_of(run), "Time constants");
  BOOST_TEST(has(constant.text, "is not trained"));
  BOOST_TEST(constant.figures.empty());
  BOOST_TEST(section(page_of(run), "Weights against time constants").figures.empty());

  write(NeuronModel::het_lif, "recurrent = true\n");
  const Page page = page_of(run);
  BOOST_TEST(section(page, "Time constants").tables[0].rows[0][0] == "hidden1, all synapses");
  const Grid& grid = section(page, "Weights against time constants").figures[0].panels[0].grid.value();
  // Feed-forward and recurrent synapses, without those of neurons onto themselves.
  BOOST_TEST(std::accumulate(grid.values.begin(), grid.values.end(), 0.0) == 4 * 5 + 4 * 3);

  // The time constants of a trained adaptation, which no synapses have.
  write(NeuronModel::hom_lif, "adaptation = true\nadaptation_per_neuron = true\nadaptation_trained = true\n", true);
  const Page adaptive = page_of(run);
  const Section& taus = section(adaptive, "Time constants");
  BOOST_TEST(taus.tables[0].rows[2][0] == "hidden1, adaptation");
  BOOST_TEST(taus.tables[0].rows[2][2] == "4");
  BOOST_TEST_REQUIRE(taus.figures.size() == 1u);
  BOOST_TEST(taus.figures[0].panels[1].y.title == "neurons");
  BOOST_TEST(section(adaptive, "Weights against time constants").figures.empty());
}

BOOST_AUTO_TEST_CASE(confusions_of_any_number_of_classes_can_be_read) {
  const Section few = confusion_section(evaluation(3));
  BOOST_TEST_REQUIRE(few.figures.size() == 2u);
  const Panel& panel = few.figures[0].panels[0];
  BOOST_TEST(panel.grid->numbers);
  // The first label is the uppermost row; label 1 was once taken for 2.
  BOOST_TEST((panel.y.categories == std::vector<std::string>{"2", "1", "0"}));
  BOOST_TEST((panel.grid->values == std::vector<double>{0, 0, 2, 0, 1, 1, 2, 0, 0}));
  BOOST_TEST((few.figures[1].panels[0].series[0].y == std::vector{1.0, 0.5, 1.0}));
  BOOST_TEST((few.tables[0].rows == std::vector<std::vector<std::string>>{{"1", "2", "1", "50 %"}}));

  const Section one = confusion_section(evaluation(1));
  BOOST_TEST(has(one.text, "one class"));
  BOOST_TEST(one.figures.empty());

  BOOST_TEST(!confusion_section(evaluation(100)).figures[0].panels[0].grid->numbers);
  const Section many = confusion_section(evaluation(1000));
  BOOST_TEST(has(many.text, "1000 classes"));
  BOOST_TEST_REQUIRE(many.figures.size() == 1u);
  BOOST_TEST(many.figures[0].name == "recall");
  BOOST_TEST(many.tables[0].rows.size() == 1u);

  EvaluationReport regression = evaluation(2);
  regression.confusion.reset();
  BOOST_TEST(has(confusion_section(regression).text, "no classification"));
}

BOOST_AUTO_TEST_CASE(operations_are_those_of_the_evaluation) {
  EvaluationReport report = evaluation(2);
  report.activity = {50.0, {{"hidden1", 4, 12.5, 3.0, 20.0, 400.0}, {"readout", 2, 0.0, 0.0, 6.0, 100.0}}};
  const Section cost = cost_section(report);
  BOOST_TEST((cost.tables[0].rows[1] == std::vector<std::string>{"hidden1", "4", "12.5", "3", "20", "400"}));
  BOOST_TEST((cost.tables[0].rows[3] == std::vector<std::string>{"all", "", "", "3", "26", "500"}));
  BOOST_TEST((cost.figures[0].panels[0].series[0].y == std::vector{20.0, 6.0}));
}

BOOST_AUTO_TEST_SUITE_END()
