#include "run/summary.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "unit/fake_task.hpp"

using namespace hetsyn;

namespace {

EpochRecord record(std::uint64_t epoch, double train, double validation) {
  return {epoch, 10 * epoch, 1e-3, {{"train", {{"accuracy", train}}}, {"validation", {{"accuracy", validation}}}}};
}

TrainingProgress progress() {
  TrainingProgress out;
  out.epoch = 3;
  out.step = 30;
  out.records.last = record(3, 0.9, 0.7);
  out.records.best_validation = record(2, 0.8, 0.75);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(summary)

BOOST_AUTO_TEST_CASE(keys_that_users_script_against) {
  RunFacts facts;
  facts.task = "shd";
  facts.model = "het_lif";
  facts.device = "cpu";
  facts.data = {"SHD", false, "xxh3:12", {{"train", 8156}, {"test", 2264}}, "34"};
  facts.placement = {"task.path"};
  facts.skipped = 2;
  facts.skipped_why = "2 of 10 recordings …";
  facts.protocol = "held_out";
  facts.seed = 4;
  facts.instruction_set = "v3";
  facts.plugin_version = "1.2.3";
  facts.plugin_file = "/lib/hetsyn_task_shd.so";
  facts.hold_out = {"groups", {"anna", "8"}, 12};
  facts.events = 1000;
  facts.events_lost = 3;
  facts.planned_memory = 2 << 20;
  facts.parameters = 123;
  facts.selection = {"validation", "accuracy", true};
  const auto json = nlohmann::json::parse(summary_json(facts, progress(), "finished", {1.5, 3 << 20}));
  BOOST_TEST(json["task"] == "shd");
  BOOST_TEST(json["model"] == "het_lif");
  BOOST_TEST(json["seed"] == 4);
  BOOST_TEST(json["memory"]["planned_mb"] == 2.0);
  BOOST_TEST(json["memory"]["peak_mb"] == 3.0);
  BOOST_TEST(json["device"] == "cpu");
  BOOST_TEST(json["data"]["name"] == "SHD");
  BOOST_TEST(json["data"]["standin"] == false);
  BOOST_TEST(json["data"]["digest"] == "xxh3:12");
  BOOST_TEST(json["data"]["samples"]["train"] == 8156);
  BOOST_TEST(json["data"]["held_out"] == "34");
  BOOST_TEST(json["placement"][0] == "task.path");
  BOOST_TEST(json["data"]["skipped"] == 2);
  BOOST_TEST(json["data"]["skipped_why"] == "2 of 10 recordings …");
  BOOST_TEST(json["matmul"]["precision"] == "float32");
  BOOST_TEST(json["matmul"]["gradient_error"].is_null());
  BOOST_TEST(json["protocol"] == "held_out");
  BOOST_TEST(json["engine"]["version"].is_string());
  BOOST_TEST(json["engine"]["instruction_set"] == "v3");
  BOOST_TEST(json["plugin"]["version"] == "1.2.3");
  BOOST_TEST(json["plugin"]["file"] == "/lib/hetsyn_task_shd.so");
  BOOST_TEST(json["hold_out"]["by"] == "groups");
  BOOST_TEST(json["hold_out"]["groups"] == nlohmann::json({"anna", "8"}));
  BOOST_TEST(json["hold_out"]["samples"] == 12);
  BOOST_TEST(json["data"]["events"] == 1000);
  BOOST_TEST(json["data"]["events_lost"] == 3);
  BOOST_TEST(json["parameters"] == 123);
  BOOST_TEST(json["seconds"] == 1.5);
  BOOST_TEST(json["status"] == "finished");
  BOOST_TEST(json["metrics"]["validation"]["accuracy"]["last"] == 0.7);
  BOOST_TEST(json["metrics"]["validation"]["accuracy"]["best_validation"] == 0.75);
  BOOST_TEST(json["metrics"]["train"]["accuracy"]["best_test"].is_null());
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_null) {
  const auto json = nlohmann::json::parse(summary_json({}, {}, "running", {}));
  BOOST_TEST(json["engine"]["instruction_set"].is_null());
  BOOST_TEST(json["plugin"]["version"].is_null());
  BOOST_TEST(json["data"]["events"].is_null());
  BOOST_TEST(json["data"]["events_lost"].is_null());
  BOOST_TEST(json["hold_out"]["by"] == "none");
}

BOOST_AUTO_TEST_CASE(the_held_out_groups_have_their_names) {
  hetsyn::testing::FakeTask task;
  task.info_.splits[0].samples = 40;  // four groups of ten
  TrainSettings settings;
  settings.validation_fraction = 0.5;
  const SampleSets sets = divide_samples(task, settings);
  BOOST_TEST_REQUIRE(sets.held_out_groups.size() == 2u);
  std::vector<std::string> numbers;
  for (const std::int32_t group : sets.held_out_groups) numbers.push_back(std::to_string(group));
  HoldOutFacts facts = hold_out_facts(task.info_, sets);
  BOOST_TEST(facts.by == "groups");
  BOOST_TEST(facts.groups == numbers, boost::test_tools::per_element());
  BOOST_TEST(facts.samples == 20u);
  task.info_.group_names = {"g0", "g1", "g2", "g3"};
  facts = hold_out_facts(task.info_, sets);
  BOOST_TEST(facts.groups[0] == "g" + numbers[0]);

  settings.hold_out = HoldOut::samples;
  BOOST_TEST(hold_out_facts(task.info_, divide_samples(task, settings)).by == "samples");
  settings.protocol = Protocol::paper;
  BOOST_TEST(hold_out_facts(task.info_, divide_samples(task, settings)).by == "none");
  task.info_.splits.push_back({"valid", SplitRole::validation, false, 7});
  BOOST_TEST(hold_out_facts(task.info_, divide_samples(task, settings)).by == "split");
  BOOST_TEST(hold_out_facts(task.info_, divide_samples(task, settings)).samples == 7u);
  task.info_.splits = {{"train", SplitRole::train, true, 7}, {"test", SplitRole::test, true, 7}};
  BOOST_TEST(hold_out_facts(task.info_, divide_samples(task, {})).by == "drawn");
}

BOOST_AUTO_TEST_CASE(numbers_for_people_have_no_inf_and_no_nan) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  BOOST_TEST(metric_text(0.97656) == "0.9766");
  BOOST_TEST(metric_text(kInfinity) == "∞");
  BOOST_TEST(metric_text(-kInfinity) == "−∞");
  BOOST_TEST(metric_text(std::numeric_limits<double>::quiet_NaN()) == "–");
}

BOOST_AUTO_TEST_CASE(a_line_per_epoch) {
  BOOST_TEST(epoch_json(record(2, 0.5, 0.25)) ==
             R"({"epoch":2,"step":20,"learning_rate":0.001,"train":{"accuracy":0.5},"validation":{"accuracy":0.25}})");
}

BOOST_AUTO_TEST_CASE(what_lies_beyond_the_checkpoint_is_dropped) {
  const std::string one = epoch_json(record(1, 0, 0)) + "\n", two = epoch_json(record(2, 0, 0)) + "\n";
  const EpochRecord first = record(1, 0, 0), second = record(2, 0, 0);
  BOOST_TEST(metrics_until(one + two, first) == one);
  BOOST_TEST(metrics_until(one + two, second) == one + two);
  BOOST_TEST(metrics_until(one + two, std::nullopt).empty());
  // The last line is the checkpoint's, whatever became of the file.
  BOOST_TEST(metrics_until(one + two.substr(0, 20), second) == one + two);
  BOOST_TEST(metrics_until("", first) == one);
}

BOOST_AUTO_TEST_CASE(a_provisional_record_is_the_last_and_says_so) {
  TrainingProgress unfinished = progress();
  unfinished.records.provisional = record(4, 0.95, 0.8);
  unfinished.records.provisional->provisional = true;
  const auto json = nlohmann::json::parse(summary_json({}, unfinished, "max_steps", {}));
  BOOST_TEST(json["epochs"] == 3);
  BOOST_TEST(json["epoch"]["last"] == 4);
  BOOST_TEST(json["epoch"]["best_validation"] == 2);
  BOOST_TEST(json["metrics"]["validation"]["accuracy"]["last"] == 0.8);
  BOOST_TEST(nlohmann::json::parse(epoch_json(*unfinished.records.provisional))["provisional"] == true);
}

BOOST_AUTO_TEST_CASE(the_table_has_a_row_per_split_and_metric) {
  BOOST_TEST(summary_table(progress().records, {"rendered digits", true, "", {}, ""}) ==
             "data: rendered digits (stand-in)\n"
             "split       metric               last  best validation        best test\n"
             "            epoch                   3                2                -\n"
             "train       accuracy              0.9              0.8                -\n"
             "validation  accuracy              0.7             0.75                -\n");
}

BOOST_AUTO_TEST_SUITE_END()
