#include "core/nearest.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using hetsyn::nearest;

BOOST_AUTO_TEST_CASE(typos_are_recognised_and_other_words_are_not) {
  const std::vector<std::string> words{"batch", "epochs", "learning_rate", "seed"};
  BOOST_TEST(nearest("bacth", words) == "batch");
  BOOST_TEST(nearest("epoch", words) == "epochs");
  BOOST_TEST(nearest("learning", words) == "learning_rate");
  BOOST_TEST(nearest("lerning_rte", words) == "learning_rate");
  BOOST_TEST(nearest("dropout", words).empty());
  BOOST_TEST(nearest("", words).empty());
}
