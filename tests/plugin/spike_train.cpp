#include "host/spike_train.hpp"

#include <random>
#include <set>
#include <utility>

#include "plugin/support.hpp"

using namespace hetsyn;

BOOST_AUTO_TEST_CASE(events_are_sorted_and_merged) {
  const std::vector<std::uint32_t> input{2, 0, 2, 0, 2, 0};
  const std::vector<std::uint32_t> step{7, 5, 1, 3, 7, 5};
  const SpikeTrain train = make_spike_train(input, step, 4, 8);
  BOOST_TEST(train.offsets == (std::vector<std::uint32_t>{0, 2, 2, 4, 4}), boost::test_tools::per_element());
  BOOST_TEST(train.steps == (std::vector<std::uint32_t>{3, 5, 1, 7}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_events_make_an_empty_train) {
  const SpikeTrain train = make_spike_train({}, {}, 3, 8);
  BOOST_TEST(train.channels() == 3U);
  BOOST_TEST(train.offsets == (std::vector<std::uint32_t>{0, 0, 0, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(random_events_give_the_set_of_their_places) {
  std::mt19937_64 random(1);
  for (const std::size_t inputs : {1U, 7U, 64U}) {
    const std::size_t steps = 50;
    std::vector<std::uint32_t> input(400);
    std::vector<std::uint32_t> step(400);
    std::set<std::pair<std::uint32_t, std::uint32_t>> places;
    for (std::size_t e = 0; e < input.size(); ++e) {
      input[e] = static_cast<std::uint32_t>(random() % inputs);
      step[e] = static_cast<std::uint32_t>(random() % steps);
      places.emplace(input[e], step[e]);
    }
    const SpikeTrain train = make_spike_train(input, step, inputs, steps);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
    for (std::uint32_t i = 0; i < inputs; ++i) {
      for (std::uint32_t e = train.offsets[i]; e < train.offsets[i + 1]; ++e) found.emplace_back(i, train.steps[e]);
    }
    BOOST_TEST(std::equal(found.begin(), found.end(), places.begin(), places.end()));
  }
}

BOOST_AUTO_TEST_CASE(events_outside_are_refused) {
  const std::vector<std::uint32_t> one{1};
  const std::vector<std::uint32_t> eight{8};
  BOOST_CHECK_EXCEPTION(make_spike_train(one, eight, 4, 8), PluginError,
                        test::Says({"event 0 is on channel 1 at step 8: expected channels 0 to 3 and steps 0 to 7"}));
  BOOST_CHECK_THROW(make_spike_train(eight, one, 8, 8), PluginError);
}
