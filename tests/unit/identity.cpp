#include "config/identity.hpp"

#include <boost/test/unit_test.hpp>

#include "config/schema.hpp"
#include "data/data_identity.hpp"
#include "unit/fake_task.hpp"

using namespace hetsyn;

namespace {

RunConfig read(const std::string& toml) {
  static const std::vector<KeySpec> keys = [] {
    std::vector<KeySpec> specs(3);
    specs[0].name = "delay_ms";
    specs[0].default_value = "800.0";
    specs[0].role = KeyRole::samples;
    specs[1].name = "path";
    specs[1].type = KeyType::path;
    specs[1].default_value = "\"\"";
    specs[1].role = KeyRole::placement;
    specs[2].name = "label";
    specs[2].type = KeyType::text;
    specs[2].default_value = "\"\"";
    specs[2].role = KeyRole::presentation;
    return specs;
  }();
  return read_config(parse_toml(toml, "test.toml"), "fake", keys);
}

/// The keys in which a config differs from the default one, "key recorded given" each.
std::vector<std::string> found(const std::string& toml, Roles roles) {
  std::vector<std::string> out;
  for (const KeyDifference& each : differences(read(""), read(toml), roles)) {
    out.push_back(each.key + " " + each.recorded + " " + each.given);
  }
  return out;
}
using List = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(identity)

BOOST_AUTO_TEST_CASE(each_use_looks_at_the_roles_that_it_must) {
  const auto check = [](const std::string& toml, const List& same_run, const List& same_model, const List& trained,
                        const List& variable) {
    BOOST_TEST_CONTEXT(toml) {
      BOOST_TEST(found(toml, kSameRun) == same_run, boost::test_tools::per_element());
      BOOST_TEST(found(toml, kSameModel) == same_model, boost::test_tools::per_element());
      BOOST_TEST(found(toml, kTrained) == trained, boost::test_tools::per_element());
      BOOST_TEST(found(toml, kVariable) == variable, boost::test_tools::per_element());
    }
  };
  const List fraction{"train.validation_fraction 0.1 0.5"}, threshold{"model.threshold 1.0 2.0"},
      seed{"train.seed 0 3"}, delay{"task.delay_ms 800.0 1600.0"}, samples{"train.evaluation_samples 0 64"};
  check("[train]\nvalidation_fraction = 0.5", fraction, fraction, fraction, {});
  check("[model]\nthreshold = 2", threshold, threshold, threshold, {});
  check("[train]\nseed = 3", seed, {}, seed, {});
  check("[train]\nmax_steps = 9", {}, {"train.max_steps 0 9"}, {}, {});
  check("[task]\ndelay_ms = 1600", delay, delay, {}, delay);
  check("[train]\nevaluation_samples = 64", samples, samples, {}, samples);
  check("[perturb]\ndeletion = 0.5\nseed = 2", {}, {}, {}, {});
  check("[run]\nthreads = 3\ndevice = \"reference\"\nout = \"elsewhere\"", {}, {}, {}, {});
  check("[task]\npath = \"/elsewhere\"\nlabel = \"mine\"", {}, {}, {}, {});
}

BOOST_AUTO_TEST_CASE(values_are_compared_and_not_their_spelling) {
  BOOST_TEST(found("[model]\nthreshold = 1\ntau_synapse_ms = 20\nhidden = [100]\n", kSameRun).empty());
  BOOST_TEST(found("[train]\nschedule = \"constant\"", kSameRun).empty());
  const List differ = found("[model]\nhidden = [100, 1]\n[train]\nschedule = { step = { every = 5 } }", kSameRun);
  BOOST_TEST_REQUIRE(differ.size() == 2u);
  BOOST_TEST(differ[0] == "model.hidden [100] [100, 1]");
  BOOST_TEST(differ[1] == "train.schedule \"constant\" { step = { factor = 0.8, every = 5, unit = \"step\" } }");
  BOOST_TEST(found("[model]\nautapses = true", kSameRun).front() == "model.autapses absent true");
}

BOOST_AUTO_TEST_CASE(a_recorded_config_needs_no_plugin) {
  const RunConfig config = read("[task]\ndelay_ms = 1600\npath = \"/data\"\n[train]\nbatch = 7\n");
  const ConfigDocument written = parse_toml(write_config(config), "config.toml");
  BOOST_TEST(
      differences(recorded_settings(written, {"task.path", "task.label"}), settings_of(config), kSameRun).empty());
  const RunConfig moved = read("[task]\ndelay_ms = 1600\npath = \"/moved\"\n[train]\nbatch = 7\n");
  BOOST_TEST(
      differences(recorded_settings(written, {"task.path", "task.label"}), settings_of(moved), kSameRun).empty());
}

BOOST_AUTO_TEST_CASE(every_key_outside_model_train_and_augment_leaves_the_training_alone) {
  for (const ConfigTable& table : config_schema()) {
    const bool trains = table.name == "model" || table.name == "train" || table.name == "augment";
    for (const ConfigKey& key : table.keys) {
      const bool extends_or_places = key.spec.role == KeyRole::extent || key.spec.role == KeyRole::placement;
      BOOST_TEST((kSameRun.has(key.spec.role) == trains || extends_or_places), table.name << key.spec.name);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(data_identity)

BOOST_AUTO_TEST_CASE(the_tasks_own_digest_decides_and_not_the_name) {
  testing::FakeTask task;
  task.info_.data_digest = "xxh3:1";
  task.info_.data_name = "words";
  const DataIdentity first = identify_data(task);
  BOOST_TEST(first.digest == "xxh3:1");
  task.info_.data_name = "words elsewhere";
  BOOST_TEST(identify_data(task).same_as(first));
  task.info_.data_digest = "xxh3:2";
  BOOST_TEST(!identify_data(task).same_as(first));
  task.info_.data_digest = "xxh3:1";
  ++task.info_.splits[1].samples;
  BOOST_TEST(!identify_data(task).same_as(first));
}

BOOST_AUTO_TEST_CASE(without_one_labels_groups_and_inputs_make_it) {
  testing::FakeTask task;
  const DataIdentity first = identify_data(task);
  BOOST_TEST(first.digest.starts_with("sampled:"));
  BOOST_TEST(identify_data(task).same_as(first));
  task.groups = 3;
  BOOST_TEST(!identify_data(task).same_as(first));
  task.groups = 4;
  task.info_.inputs = 8;  // other spikes
  BOOST_TEST(!identify_data(task).same_as(first));
}

BOOST_AUTO_TEST_CASE(what_is_drawn_has_no_content) {
  testing::FakeTask task;
  for (Split& split : task.info_.splits) split.drawn = true;
  BOOST_TEST(identify_data(task).digest.empty());
  BOOST_TEST(task.fills == 0);
}

BOOST_AUTO_TEST_CASE(other_data_of_one_name_are_told_apart) {
  const DataIdentity one{"words", false, "a", {}, ""}, two{"words", false, "b", {}, ""},
      made{"words", true, "c", {}, ""};
  BOOST_TEST(data_labels({one, one}) == (std::vector<std::string>{"words", "words"}), boost::test_tools::per_element());
  BOOST_TEST(data_labels({one, two, made}) == (std::vector<std::string>{"words [a]", "words [b]", "words (stand-in)"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
