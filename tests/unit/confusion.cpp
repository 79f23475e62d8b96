#include "run/confusion.hpp"

#include <boost/test/unit_test.hpp>

#include "training/decision.hpp"

using namespace hetsyn;

namespace {

using Classes = std::vector<std::int32_t>;

/// A readout of two samples, three steps and two outputs.
BatchAnswer answer_with(const std::vector<float>& readout) {
  return {.samples = 2, .steps = 3, .outputs = 2, .readout = readout, .labels = {}, .target = {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(confusion)

BOOST_AUTO_TEST_CASE(counts_and_scores_by_hand) {
  ConfusionMatrix confusion(4);
  confusion.add(Classes{0, 0, 1, 1}, Classes{0, 1, 1, 1});
  confusion.add(Classes{2}, Classes{0});
  BOOST_TEST(confusion.count(0, 0) == 1u);
  BOOST_TEST(confusion.count(0, 1) == 1u);
  BOOST_TEST(confusion.count(1, 1) == 2u);
  BOOST_TEST(confusion.count(2, 0) == 1u);
  BOOST_TEST(confusion.accuracy() == 0.6);
  // F1: class 0 2/(2+1+1), class 1 4/(4+1), class 2 0; class 3 occurs nowhere. The bound is rounding of a sum of three.
  BOOST_TEST(confusion.macro_f1() == (0.5 + 0.8 + 0.0) / 3.0, boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(rows_have_the_names_of_their_classes) {
  ConfusionMatrix confusion(3);
  confusion.add(Classes{0, 0, 1, 2}, Classes{0, 2, 1, 1});
  BOOST_TEST(confusion_text(confusion, {}) ==
             "        0     1     2\n"
             "  0     1     0     1\n"
             "  1     0     1     0\n"
             "  2     0     1     0\n");
  BOOST_TEST(confusion_text(confusion, {"null", "fünf", "a name of more than twenty letters"}) ==
             "                             0     1     2\n"
             "  0 null                     1     0     1\n"
             "  1 fünf                     0     1     0\n"
             "  2 a name of more than…     0     1     0\n");
}

BOOST_AUTO_TEST_CASE(columns_are_as_wide_as_the_largest_count) {
  ConfusionMatrix confusion(2);
  for (int i = 0; i < 123456; ++i) confusion.add(Classes{1}, Classes{0});
  BOOST_TEST(confusion_text(confusion, {}) ==
             "          0       1\n"
             "  0       0       0\n"
             "  1  123456       0\n");
}

BOOST_AUTO_TEST_CASE(each_loss_reads_its_class) {
  // Sample 0 is for class 1 at one step, by much; for class 0 at two, the last among them. Sample 1 answers alike.
  const std::vector<float> readout{0.0f, 9.0f, 2.0f, 0.0f, 2.0f, 0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
  const BatchAnswer answer = answer_with(readout);
  BOOST_TEST(decided_classes({LossKind::last_step}, answer) == (Classes{0, 0}), boost::test_tools::per_element());
  BOOST_TEST(decided_classes({LossKind::spike_count}, answer) == (Classes{1, 0}), boost::test_tools::per_element());
  BOOST_TEST(decided_classes({LossKind::softmax_sum}, answer) == (Classes{0, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_softmax_sum_leaves_out_its_first_steps) {
  // softmax: step 0 all for class 1; steps 1 and 2 0.55 for class 0.
  const std::vector<float> readout{0.0f, 9.0f, 0.2f, 0.0f, 0.2f, 0.0f, 0.0f, 9.0f, 0.2f, 0.0f, 0.2f, 0.0f};
  const BatchAnswer answer = answer_with(readout);
  BOOST_TEST(decided_classes({LossKind::softmax_sum, 1.0, 0.0}, answer)[0] == 1);
  BOOST_TEST(decided_classes({LossKind::softmax_sum, 1.0, 1.0}, answer)[0] == 0);
}

BOOST_AUTO_TEST_CASE(a_classification_has_one_loss_with_labels) {
  TaskInfo task;
  task.losses = {{LossKind::rate}, {LossKind::last_step}};
  BOOST_TEST(classification_term(task) == &task.losses[1]);
  task.losses.push_back({LossKind::softmax_sum});
  BOOST_TEST(classification_term(task) == nullptr);
  task.losses = {{LossKind::trace_mse}, {LossKind::callback}};
  BOOST_TEST(classification_term(task) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
