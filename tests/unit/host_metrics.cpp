#include "backend/host_metrics.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace hetsyn;

namespace {

using Classes = std::vector<std::int32_t>;

/// Classes of samples with two outputs.
Classes decided(const LossTerm& decision, std::size_t steps, const std::vector<float>& readout) {
  const View<const float, 3> y(readout, {readout.size() / steps / 2, steps, 2});
  return host_metrics({.decisions = {&decision, 1}, .target = std::nullopt}, y).classes.at(0);
}

const LossTerm kSoftmaxSum{LossKind::softmax_sum, 1.0, 0.0}, kSkipping{LossKind::softmax_sum, 1.0, 1.0},
    kLastStep{LossKind::last_step, 1.0, 0.0}, kSpikeCount{LossKind::spike_count, 1.0, 0.0},
    kScaledCount{LossKind::spike_count, 1.0, 4.0};

}  // namespace

BOOST_AUTO_TEST_SUITE(host_metrics_of_a_batch)

BOOST_AUTO_TEST_CASE(each_loss_reads_its_class) {
  // Sample 0 is for class 1 at one step, by much; for class 0 at two, the last among them. Sample 1 answers alike.
  const std::vector<float> readout{0.0F, 9.0F, 2.0F, 0.0F, 2.0F, 0.0F, 1.0F, 1.0F, 1.0F, 1.0F, 1.0F, 1.0F};
  BOOST_TEST(decided(kLastStep, 3, readout) == (Classes{0, 0}), boost::test_tools::per_element());
  BOOST_TEST(decided(kSpikeCount, 3, readout) == (Classes{1, 0}), boost::test_tools::per_element());
  BOOST_TEST(decided(kScaledCount, 3, readout) == (Classes{1, 0}), boost::test_tools::per_element());
  BOOST_TEST(decided(kSoftmaxSum, 3, readout) == (Classes{0, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_softmax_sum_leaves_out_its_first_steps) {
  // Output 0 wins once by far (one softmax near 1), output 1 wins the two other steps narrowly.
  // Σ softmax: output 0 has 0.9999 + 0.3775 + 0.4013 = 1.779 of 3.
  const std::vector<float> readout{9.0F, 0.0F, 0.0F, 0.5F, 0.0F, 0.4F};
  BOOST_TEST(decided(kSoftmaxSum, 3, readout)[0] == 0);
  BOOST_TEST(decided(kSkipping, 3, readout)[0] == 1);
  BOOST_TEST(decided(kLastStep, 3, readout)[0] == 1);
}

BOOST_AUTO_TEST_CASE(large_potentials_are_no_ties) {
  // 0.731 + 0 against 0.269 + 1.
  BOOST_TEST(decided(kSoftmaxSum, 2, {1000.0F, 999.0F, -1000.0F, 2000.0F})[0] == 1);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_decided_within_the_classes) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const LossTerm& decision : {kSoftmaxSum, kLastStep, kSpikeCount}) {
    BOOST_TEST(decided(decision, 1, {nan, nan})[0] == 0);
  }
}

BOOST_AUTO_TEST_CASE(squared_errors_are_those_of_double) {
  const std::vector<float> readout{1.0F, 3.0F, 1e8F, 0.0F}, target{0.0F, 1.0F, 1.0F, 0.0F};
  const std::vector<double> errors =
      host_metrics({.decisions = {}, .target = target}, {readout, {2, 1, 2}}).squared_errors;
  BOOST_TEST(errors == (std::vector<double>{5.0, (1e8 - 1.0) * (1e8 - 1.0)}), boost::test_tools::per_element());
  BOOST_TEST(host_metrics({}, {readout, {2, 1, 2}}).squared_errors.empty());
}

BOOST_AUTO_TEST_SUITE_END()
