// Figures of recorded samples.
#include "report/html/activity_sections.hpp"

#include <boost/test/unit_test.hpp>

#include "report/html/activity_figure.hpp"

using namespace hetsyn;

namespace {

/// 4 steps of 2 ms, 3 input channels, 4 neurons, 2 classes. Neuron 2 spikes twice, neuron 1 once; of the silent ones,
/// neuron 3 comes closer to the threshold.
RecordedSamples small_recording() {
  RecordedSamples recorded;
  recorded.facts = {
      .checkpoint = "runs/a/checkpoints/best.h5", .epoch = 3, .step = 30, .task = "tones", .split = "test"};
  recorded.facts.dt_ms = 2.0;
  recorded.facts.steps = 4;
  recorded.facts.inputs = 3;
  recorded.facts.outputs = 2;
  recorded.facts.class_names = {"low", "high"};
  Recording sample{.sample = 7, .index = 19, .label = 0, .decision = 1, .logits = {1.0, 2.0}};
  sample.events = {{0, 3}, {2, 0}};
  sample.populations = {
      {"hidden1",
       4,
       1.0,
       {{1, 2, 3}, {2, 1, 2}},
       {0.0F, 0.1F, 0.2F, 0.3F, 0.0F, 0.2F, 1.5F, 0.9F, 0.1F, 1.2F, 0.4F, 0.5F, 0.1F, 0.3F, 1.1F, 0.2F}}};
  sample.readout = {0.0F, 0.0F, 0.1F, 0.2F, 0.2F, 0.5F, 0.1F, 0.6F};
  recorded.samples = {sample};
  return recorded;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(activity_sections_of_a_report)

BOOST_AUTO_TEST_CASE(neurons_with_most_median_and_no_spikes_are_chosen) {
  const std::vector<ChosenNeuron> chosen = chosen_neurons(small_recording().samples.front().populations.front());
  BOOST_TEST_REQUIRE(chosen.size() == 3U);
  BOOST_TEST(chosen[0].neuron == 2U);
  BOOST_TEST(chosen[0].spikes == 2U);
  BOOST_TEST(chosen[1].neuron == 1U);
  BOOST_TEST(chosen[2].neuron == 3U);
  BOOST_TEST(chosen[2].spikes == 0U);
  const std::vector<ChosenNeuron> silent = chosen_neurons({"hidden1", 2, 1.0, {}, {0.1F, 0.2F}});
  BOOST_TEST_REQUIRE(silent.size() == 1U);
  BOOST_TEST(silent[0].neuron == 1U);
}

BOOST_AUTO_TEST_CASE(a_sample_is_a_figure_of_panels_along_time) {
  const std::vector<Section> sections = activity_sections(small_recording(), {});
  BOOST_TEST_REQUIRE(sections.size() == 1U);
  BOOST_TEST(sections[0].choice == "Sample");
  BOOST_TEST_REQUIRE(sections[0].figures.size() == 1U);
  const Figure& figure = sections[0].figures[0];
  BOOST_TEST(figure.name == "test-sample-7");
  BOOST_TEST(figure.title == "Sample 7, label low, decision high (wrong)");
  BOOST_TEST(figure.caption.find("number 19 of its split") != std::string::npos);
  BOOST_TEST_REQUIRE(figure.panels.size() == 4U);  // input, spikes, potentials, readout
  const Series& input = figure.panels[0].series.at(0);
  BOOST_TEST(input.x == (std::vector<double>{0.0, 6.0}));
  BOOST_TEST(input.y == (std::vector<double>{2.0, 0.0}));
  BOOST_TEST(figure.panels[1].series.at(0).x == (std::vector<double>{2.0, 4.0, 6.0}));
  const std::vector<Series>& potentials = figure.panels[2].series;  // two with spikes, a silent one, the threshold
  BOOST_TEST_REQUIRE(potentials.size() == 6U);
  BOOST_TEST(potentials[0].name == "hidden1 neuron 2, 2 spikes");
  BOOST_TEST(potentials[1].name == potentials[0].name);  // one entry of the legend
  BOOST_TEST(potentials[1].x == (std::vector<double>{2.0, 6.0}));
  BOOST_TEST(potentials[1].y == (std::vector<double>{1.5, static_cast<double>(1.1F)}));
  BOOST_TEST(potentials[5].dashed);
  BOOST_TEST(potentials[5].y == (std::vector<double>{1.0, 1.0}));
  BOOST_TEST(figure.panels[3].series.at(0).name == "low (label)");
  BOOST_TEST(figure.panels[3].series.at(1).name == "high (decision)");
}

BOOST_AUTO_TEST_CASE(of_many_outputs_those_that_matter_are_shown) {
  RecordedSamples recorded = small_recording();
  Recording& sample = recorded.samples.front();
  recorded.facts.class_names.clear();
  recorded.facts.outputs = 100;
  sample.readout.assign(400, 0.0F);
  sample.logits.assign(100, 0.0);
  for (std::size_t k = 50; k < 60; ++k) sample.logits[k] = static_cast<double>(k);
  sample.decision = 59;
  const std::vector<Section> sections = activity_sections(recorded, {});
  const Panel& readout = sections.at(0).figures.at(0).panels.back();
  BOOST_TEST_REQUIRE(readout.series.size() == 9U);  // and the point at the end of the decision
  BOOST_TEST(readout.series[0].name == "0 (label)");
  BOOST_TEST(readout.series[7].name == "59 (decision)");
  BOOST_TEST(sections[0].figures[0].caption.find("Of the 100 outputs, 8 are shown") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_spiking_readout_is_a_population) {
  RecordedSamples recorded = small_recording();
  recorded.facts.spiking_readout = true;
  recorded.samples.front().populations.push_back({"readout", 2, 1.0, {{2}, {1}}, std::vector<float>(8, 0.5F)});
  const std::vector<Section> sections = activity_sections(recorded, {});
  const Figure& figure = sections.at(0).figures.at(0);
  BOOST_TEST_REQUIRE(figure.panels.size() == 5U);
  BOOST_TEST(figure.panels[3].y.categories == (std::vector<std::string>{"low", "high"}));
}

BOOST_AUTO_TEST_CASE(plots_of_the_task_are_figures_by_their_name) {
  const std::vector<PlotSeries> plots{{"pattern", "target", "time (ms)", "value", {0.0, 1.0}, {2.0, 3.0}},
                                      {"pattern", "output", "time (ms)", "value", {0.0, 1.0}, {2.5, 3.5}},
                                      {"</script>", "x", "", "", {0.0}, {0.0}}};
  const std::vector<Section> sections = activity_sections({}, plots);
  BOOST_TEST_REQUIRE(sections.size() == 1U);
  BOOST_TEST_REQUIRE(sections[0].figures.size() == 2U);
  BOOST_TEST(sections[0].figures[0].panels.at(0).series.size() == 2U);
  BOOST_TEST(sections[0].figures[1].name == "task-plot-2");
  BOOST_TEST(activity_sections({}, {}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
