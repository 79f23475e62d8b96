#include "training/protocol.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <hetsyn/exceptions.hpp>
#include <map>
#include <set>

#include "unit/fake_task.hpp"

using namespace hetsyn;
using hetsyn::testing::FakeTask;

namespace {

/// `samples` training samples of two classes in `groups` groups of equal size.
FakeTask& prepare(FakeTask& task, std::uint64_t samples, int groups) {
  task.info_.splits[0].samples = samples;
  task.groups = groups;
  return task;
}

/// Train and validation are ascending, disjoint, and together all samples.
void check_partition(const SampleSets& sets, std::uint64_t samples) {
  const auto& train = sets.train.indices;
  const auto& validation = sets.validation->indices;
  BOOST_TEST(std::is_sorted(train.begin(), train.end()));
  BOOST_TEST(std::is_sorted(validation.begin(), validation.end()));
  std::set<std::uint64_t> all(train.begin(), train.end());
  all.insert(validation.begin(), validation.end());
  BOOST_TEST(all.size() == samples);
  BOOST_TEST(train.size() + validation.size() == samples);
}

bool refused_for(const FakeTask& task, const TrainSettings& settings, const std::string& key) {
  try {
    divide_samples(task, settings);
  } catch (const ConfigError& error) {
    return error.key() == key;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(protocol)

BOOST_AUTO_TEST_CASE(held_out_keeps_whole_groups_apart) {
  FakeTask task;
  prepare(task, 200, 10);
  TrainSettings settings;
  settings.validation_fraction = 0.3;
  const SampleSets sets = divide_samples(task, settings);
  check_partition(sets, 200);
  BOOST_TEST((sets.selection == SplitRole::validation));
  BOOST_TEST(sets.validation->indices.size() == 60u);
  std::set<std::int32_t> trained, held;
  for (const auto index : sets.train.indices) trained.insert(task.sample_info(0, index).group);
  for (const auto index : sets.validation->indices) held.insert(task.sample_info(0, index).group);
  BOOST_TEST(trained.size() == 7u);
  BOOST_TEST(held.size() == 3u);
  for (const auto group : held) BOOST_TEST(!trained.contains(group));
  BOOST_TEST((sets.held_out_groups == std::vector<std::int32_t>(held.begin(), held.end())));
  settings.hold_out = HoldOut::samples;
  BOOST_TEST(divide_samples(task, settings).held_out_groups.empty());
}

BOOST_AUTO_TEST_CASE(at_least_one_group_is_held_out_and_one_is_left) {
  FakeTask task;
  prepare(task, 40, 2);
  TrainSettings settings;
  for (const double fraction : {0.05, 0.95}) {
    settings.validation_fraction = fraction;
    BOOST_TEST(divide_samples(task, settings).validation->indices.size() == 20u);
  }
}

BOOST_AUTO_TEST_CASE(held_out_samples_are_stratified) {
  FakeTask task;
  prepare(task, 210, 0);
  task.info_.outputs = 3;  // 70 samples of each label
  TrainSettings settings;
  settings.validation_fraction = 0.1;
  const SampleSets sets = divide_samples(task, settings);
  check_partition(sets, 210);
  std::map<std::int32_t, int> labels;
  for (const auto index : sets.validation->indices) ++labels[task.sample_info(0, index).label];
  for (const auto& [label, count] : labels) BOOST_TEST(count == 7);
  BOOST_TEST(labels.size() == 3u);
}

BOOST_AUTO_TEST_CASE(rounding_is_carried_from_class_to_class) {
  FakeTask task;
  prepare(task, 40, 0);
  task.info_.outputs = 20;  // two samples of each label: a tenth of each would round to none
  TrainSettings settings;
  settings.validation_fraction = 0.1;
  BOOST_TEST(divide_samples(task, settings).validation->indices.size() == 4u);
}

BOOST_AUTO_TEST_CASE(the_cut_depends_on_the_seed) {
  FakeTask task;
  prepare(task, 200, 0);
  TrainSettings settings;
  const auto first = divide_samples(task, settings).validation->indices;
  BOOST_TEST((divide_samples(task, settings).validation->indices == first));
  settings.seed = 1;
  BOOST_TEST((divide_samples(task, settings).validation->indices != first));
}

BOOST_AUTO_TEST_CASE(samples_can_be_asked_for_instead_of_groups) {
  FakeTask task;
  prepare(task, 200, 4);
  TrainSettings settings;
  settings.hold_out = HoldOut::samples;
  BOOST_TEST(divide_samples(task, settings).validation->indices.size() == 20u);  // a group has 50
  settings.hold_out = HoldOut::groups;
  BOOST_TEST(divide_samples(task, settings).validation->indices.size() == 50u);
  task.groups = 0;
  BOOST_TEST(refused_for(task, settings, "train.hold_out"));
}

BOOST_AUTO_TEST_CASE(paper_trains_on_everything_and_selects_on_test) {
  FakeTask task;
  TrainSettings settings;
  settings.protocol = Protocol::paper;
  const SampleSets sets = divide_samples(task, settings);
  BOOST_TEST(sets.train.indices.size() == 22u);
  BOOST_TEST(!sets.validation.has_value());
  BOOST_TEST(sets.test->indices.size() == 9u);
  BOOST_TEST((sets.selection == SplitRole::test));
  task.info_.splits.pop_back();
  BOOST_TEST(refused_for(task, settings, "train.protocol"));
}

BOOST_AUTO_TEST_CASE(a_task_may_bring_its_own_validation_split) {
  FakeTask task;
  task.info_.splits.push_back({"dev", SplitRole::validation, false, 5});
  const SampleSets sets = divide_samples(task, {});
  BOOST_TEST(sets.train.indices.size() == 22u);
  BOOST_TEST(sets.validation->split == 2u);
  BOOST_TEST(sets.validation->name == "validation");
  BOOST_TEST(sets.validation->indices.size() == 5u);
}

BOOST_AUTO_TEST_CASE(drawn_tasks_draw_their_validation_set) {
  FakeTask task;
  for (Split& split : task.info_.splits) split.drawn = true;
  TrainSettings settings;
  SampleSets sets = divide_samples(task, settings);
  BOOST_TEST(sets.train.drawn);
  BOOST_TEST(sets.train.indices.empty());
  BOOST_TEST(sets.validation->split == 0u);
  BOOST_TEST(sets.validation->indices.size() == 9u);  // as many as the test set
  settings.evaluation_samples = 4;
  sets = divide_samples(task, settings);
  BOOST_TEST(sets.validation->indices.size() == 4u);
  BOOST_TEST(sets.test->indices.size() == 4u);
  BOOST_TEST(sample_seed(1, SplitRole::train, 0) != sample_seed(1, SplitRole::validation, 0));
  BOOST_TEST(sample_seed(1, SplitRole::train, 0) != sample_seed(1, SplitRole::train, 1));
  BOOST_TEST(sample_seed(1, SplitRole::train, 0) != sample_seed(2, SplitRole::train, 0));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_divided_is_refused) {
  FakeTask task;
  prepare(task, 3, 0);
  TrainSettings settings;
  settings.validation_fraction = 0.1;
  BOOST_TEST(refused_for(task, settings, "train.validation_fraction"));
  prepare(task, 0, 0);
  BOOST_TEST(refused_for(task, settings, ""));
  task.info_.splits.erase(task.info_.splits.begin());
  BOOST_TEST(refused_for(task, settings, ""));
}

BOOST_AUTO_TEST_SUITE_END()
