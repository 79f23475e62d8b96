#include "experiment/summary.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

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
  BOOST_TEST(json["parameters"] == 123);
  BOOST_TEST(json["seconds"] == 1.5);
  BOOST_TEST(json["status"] == "finished");
  BOOST_TEST(json["metrics"]["validation"]["accuracy"]["last"] == 0.7);
  BOOST_TEST(json["metrics"]["validation"]["accuracy"]["best_validation"] == 0.75);
  BOOST_TEST(json["metrics"]["train"]["accuracy"]["best_test"].is_null());
  BOOST_TEST(summary_seconds(json.dump()) == 1.5);
  BOOST_TEST(summary_seconds("cut o") == 0.0);
}

BOOST_AUTO_TEST_CASE(a_line_per_epoch) {
  BOOST_TEST(epoch_json(record(2, 0.5, 0.25)) ==
             R"({"epoch":2,"step":20,"learning_rate":0.001,"train":{"accuracy":0.5},"validation":{"accuracy":0.25}})");
}

BOOST_AUTO_TEST_CASE(what_lies_beyond_the_checkpoint_is_dropped) {
  const std::string one = epoch_json(record(1, 0, 0)) + "\n", two = epoch_json(record(2, 0, 0)) + "\n";
  BOOST_TEST(metrics_until(one + two, 10) == one);
  BOOST_TEST(metrics_until(one + two.substr(0, 20), 20) == one);
  BOOST_TEST(metrics_until(one + two, 20) == one + two);
  BOOST_TEST(metrics_until("", 20).empty());
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
