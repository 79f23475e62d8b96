#include "training/records.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "unit/training_run.hpp"

using namespace hetsyn;
using namespace hetsyn::testing;

namespace {

EpochRecord epoch(std::uint64_t number, double metric, double loss) {
  const std::vector<NamedMetric> metrics{{"mse", metric}, {"loss", loss}};
  return {number, number, 0.1, {{"validation", metrics}, {"test", metrics}}};
}

const Selection kLower{"validation", "mse", false}, kHigher{"test", "mse", true};

/// A task whose selection metric never changes.
class Undecided : public FakeTask {
  class One : public MetricAccumulator {
   public:
    void add(const BatchAnswer& /*batch*/) override {}
    std::vector<double> finish() override { return {1.0}; }
  };
  [[nodiscard]] std::unique_ptr<MetricAccumulator> metrics() const override { return std::make_unique<One>(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(records)

BOOST_AUTO_TEST_CASE(the_best_epoch_has_the_best_metric_on_each_set) {
  const auto of = [](std::uint64_t number, double validation, double test) {
    return EpochRecord{number, number, 0.1, {{"validation", {{"mse", validation}}}, {"test", {{"mse", test}}}}};
  };
  RunRecords records;
  BOOST_TEST((records.update(of(1, std::nan(""), 3.0), kLower) == Improvement::none));
  BOOST_TEST((records.update(of(2, 2.0, 2.0), kLower) == Improvement::of_metric));
  BOOST_TEST((records.update(of(3, 2.0, 1.0), kLower) == Improvement::none));
  BOOST_TEST((records.update(of(4, 1.0, 1.5), kLower) == Improvement::of_metric));
  BOOST_TEST((records.update(of(5, 1.5, 1.0), kLower) == Improvement::none));
  BOOST_TEST(records.last->epoch == 5u);
  BOOST_TEST(records.best_validation->epoch == 4u);
  BOOST_TEST(records.best_test->epoch == 3u);
  RunRecords higher;
  BOOST_TEST((higher.update(of(1, 1.0, 1.0), kHigher) == Improvement::of_metric));
  BOOST_TEST((higher.update(of(2, 0.0, 2.0), kHigher) == Improvement::of_metric));
  BOOST_TEST((higher.update(of(3, 5.0, 1.0), kHigher) == Improvement::none));
}

BOOST_AUTO_TEST_CASE(of_equal_metrics_the_smaller_loss_is_the_best_and_then_the_earlier_epoch) {
  for (const Selection& selection : {kLower, kHigher}) {
    RunRecords records;
    BOOST_TEST((records.update(epoch(1, 2.0, 0.5), selection) == Improvement::of_metric));
    BOOST_TEST((records.update(epoch(2, 2.0, 0.6), selection) == Improvement::none));
    BOOST_TEST((records.update(epoch(3, 2.0, 0.4), selection) == Improvement::of_loss));
    BOOST_TEST((records.update(epoch(4, 2.0, 0.4), selection) == Improvement::none));
    BOOST_TEST((records.update(epoch(5, 2.0, std::nan("")), selection) == Improvement::none));
    BOOST_TEST(records.best_validation->epoch == 3u);
    BOOST_TEST(records.best_test->epoch == 3u);
  }
}

BOOST_AUTO_TEST_CASE(a_provisional_record_is_the_best_where_there_is_no_other) {
  RunRecords records;
  records.provisional = epoch(1, 2.0, 0.5);
  BOOST_TEST(records.reported(kLower).last->epoch == 1u);
  BOOST_TEST(records.reported(kLower).best_validation->epoch == 1u);
  records.update(epoch(1, 3.0, 0.5), kLower);
  records.provisional = epoch(2, 2.0, 0.5);
  BOOST_TEST(records.reported(kLower).last->epoch == 2u);
  BOOST_TEST(records.reported(kLower).best_validation->epoch == 1u);
  BOOST_TEST(records.last->epoch == 1u);
}

BOOST_AUTO_TEST_CASE(a_smaller_loss_alone_does_not_prolong_a_run) {
  Undecided task;
  TrainSettings settings = small_settings();
  settings.epochs = 50;
  settings.patience = 3;
  TrainingRun run(task, settings);
  BOOST_TEST((run.run() == RunEnd::early_stop));
  BOOST_TEST_REQUIRE(run.observer.epochs.size() == 4u);
  const auto loss = [](const EpochRecord& record) { return record.metric("validation", "loss").value(); };
  const EpochRecord& best = *std::ranges::min_element(run.observer.epochs, {}, loss);
  BOOST_TEST(best.epoch > 1u);  // so that the rule decides
  BOOST_TEST((run.trainer.progress().records.best_validation == best));
  BOOST_TEST(run.observer.best.back().progress.epoch == best.epoch);
}

BOOST_AUTO_TEST_SUITE_END()
