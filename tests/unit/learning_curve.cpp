#include "report/analysis/learning_curve.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>

#include "support/temporary_directory.hpp"

using namespace hetsyn;

namespace {

using Steps = std::optional<std::uint64_t>;

const std::vector<CurvePoint> kEveryStep{{1, 1.0}, {2, 0.5}, {3, 0.75}, {4, 1.0}, {5, 1.0}, {6, 0.0}};

}  // namespace

BOOST_AUTO_TEST_SUITE(learning_curve)

BOOST_AUTO_TEST_CASE(the_mean_over_the_window_must_reach_the_bound) {
  BOOST_TEST((steps_to_criterion(kEveryStep, {"accuracy", true, 0.95, 1}) == Steps(1)));
  BOOST_TEST((steps_to_criterion(kEveryStep, {"accuracy", true, 0.95, 2}) == Steps(5)));
  BOOST_TEST((steps_to_criterion(kEveryStep, {"accuracy", true, 0.75, 3}) == Steps(3)));
  BOOST_TEST((steps_to_criterion(kEveryStep, {"accuracy", true, 0.95, 3}) == Steps()));
}

BOOST_AUTO_TEST_CASE(a_window_that_is_not_full_decides_nothing) {
  BOOST_TEST((steps_to_criterion(kEveryStep, {"accuracy", true, 0.0, 4}) == Steps(4)));
  BOOST_TEST((steps_to_criterion(kEveryStep, {"accuracy", true, 0.0, 7}) == Steps()));
  BOOST_TEST((steps_to_criterion({}, {"accuracy", true, 0.0, 1}) == Steps()));
}

BOOST_AUTO_TEST_CASE(losses_fall) {
  BOOST_TEST((steps_to_criterion(kEveryStep, {"loss", false, 0.5, 1}) == Steps(2)));
  BOOST_TEST((steps_to_criterion(kEveryStep, {"loss", false, 0.5, 2}) == Steps(6)));
}

BOOST_AUTO_TEST_CASE(a_point_counts_for_the_steps_that_it_covers) {
  const std::vector<CurvePoint> curve{{10, 0.0}, {20, 0.9}, {25, 1.0}};
  BOOST_TEST((steps_to_criterion(curve, {"accuracy", true, 0.9, 10}) == Steps(20)));
  // 15 steps: 10 of 0.9 and 5 of 1, a mean of 14/15.
  BOOST_TEST((steps_to_criterion(curve, {"accuracy", true, 0.93, 15}) == Steps(25)));
  BOOST_TEST((steps_to_criterion(curve, {"accuracy", true, 0.94, 15}) == Steps()));
}

BOOST_AUTO_TEST_CASE(criteria_are_read_or_refused) {
  const Criterion accuracy = parse_criterion("accuracy>=0.95", 10), mse = parse_criterion("mse<=2e-2", 1);
  BOOST_TEST(accuracy.metric == "accuracy");
  BOOST_TEST(accuracy.at_least);
  BOOST_TEST(accuracy.bound == 0.95);
  BOOST_TEST(accuracy.window == 10u);
  BOOST_TEST(!mse.at_least);
  BOOST_TEST(mse.bound == 0.02);
  for (const char* wrong : {"", "accuracy", "accuracy=0.9", "accuracy>0.9", ">=0.9", "accuracy>=", "a>=x", "a>=nan"}) {
    BOOST_CHECK_THROW(parse_criterion(wrong, 1), UsageError);
  }
}

BOOST_AUTO_TEST_CASE(curves_are_read_from_the_lines_that_have_them) {
  const test::TemporaryDirectory folder;
  const auto file = folder / "metrics.jsonl";
  test::write_text(file, R"({"epoch":1,"step":5,"train":{"accuracy":0.5}})"
                         "\n"
                         R"({"epoch":2,"step":9,"train":{"accuracy":0.75},"test":{"accuracy":0.25}})"
                         "\n");
  const std::vector<CurvePoint> train = read_curve(file, "train", "accuracy"),
                                tested = read_curve(file, "test", "accuracy");
  BOOST_TEST_REQUIRE(train.size() == 2u);
  BOOST_TEST(train[1].step == 9u);
  BOOST_TEST(train[1].value == 0.75);
  BOOST_TEST_REQUIRE(tested.size() == 1u);
  BOOST_TEST(tested[0].value == 0.25);
  BOOST_CHECK_THROW(read_curve(file, "train", "mse"), DataError);
  const std::string first = "{\"step\":5,\"train\":{\"accuracy\":0.5}}\n";
  test::write_text(file, first + "{\"step\"\n");
  BOOST_CHECK_THROW(read_curve(file, "train", "accuracy"), DataError);
  test::write_text(file, first + "{\"step\"");  // still being written
  BOOST_TEST(read_curve(file, "train", "accuracy").size() == 1u);
}

BOOST_AUTO_TEST_CASE(epochs_are_read_with_values_that_are_undefined) {
  const test::TemporaryDirectory folder;
  const auto file = folder / "metrics.jsonl";
  test::write_text(file, R"({"epoch":3,"step":7,"learning_rate":0.5,"provisional":true,"test":{"loss":null,"mse":2.0}})"
                         "\n");
  const std::vector<EpochRecord> epochs = read_epochs(file);
  BOOST_TEST_REQUIRE(epochs.size() == 1u);
  BOOST_TEST(epochs[0].epoch == 3u);
  BOOST_TEST(epochs[0].step == 7u);
  BOOST_TEST(epochs[0].learning_rate == 0.5);
  BOOST_TEST(epochs[0].provisional);
  BOOST_TEST(std::isnan(epochs[0].metric("test", "loss").value()));
  BOOST_TEST(epochs[0].metric("test", "mse").value() == 2.0);
}

BOOST_AUTO_TEST_SUITE_END()
