#include "run/confusion.hpp"

#include <boost/test/unit_test.hpp>

#include "training/decision.hpp"

using namespace hetsyn;

namespace {

using Classes = std::vector<std::int32_t>;

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
