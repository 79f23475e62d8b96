// Several files as one corpus: names decide, not numbers; what identifies the data.
#include "plugin/shd_folder.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
namespace fs = std::filesystem;

namespace {

const std::string kTold = "hold the same recordings";

/// As ShdFolder::good(), with classes and speakers by name.
ShdFile named(std::vector<std::string> classes, std::vector<std::int64_t> labels,
              std::vector<std::string> speakers = {"ann", "bob"}, std::vector<std::int64_t> numbers = {0, 1, 0}) {
  ShdFile file = ShdFolder::good();
  file.keys = 0;
  file.class_names = std::move(classes);
  file.labels = std::move(labels);
  file.speaker_names = std::move(speakers);
  file.speakers = std::move(numbers);
  return file;
}

struct Folder : ShdFolder {
  Folder() { named({"a", "b", "c"}, {2, 0, 1}).write(path / "shd_train.h5"); }

  /// Opens the corpus with this test file.
  std::unique_ptr<Task> open_with(const ShdFile& test, std::vector<NamedValue> values = {}) const {
    test.write(path / "shd_test.h5");
    return open(std::move(values));
  }
  std::string digest() const { return open()->info().data_digest; }
};

std::vector<std::int32_t> labels(const Task& task, std::size_t split) {
  std::vector<std::int32_t> all;
  for (std::uint64_t i = 0; i < task.info().splits[split].samples; ++i) {
    all.push_back(task.sample_info(split, i).label);
    BOOST_TEST(task.fill({split, i, 0, 250, 1.0}).label == all.back());
  }
  return all;
}

std::vector<std::int32_t> groups(const Task& task, std::size_t split) {
  std::vector<std::int32_t> all;
  for (std::uint64_t i = 0; i < task.info().splits[split].samples; ++i) {
    all.push_back(task.sample_info(split, i).group);
  }
  return all;
}

using Numbers = std::vector<std::int32_t>;
using Names = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_CASE(classes_in_another_order_are_mapped_by_name, Folder) {
  for (const bool variable : {false, true}) {
    ShdFile test = named({"c", "b", "a"}, {0, 2, 1});
    test.variable_texts = variable;
    const auto task = open_with(test);
    BOOST_TEST((labels(*task, 1) == Numbers{2, 0, 1}));
    BOOST_TEST((labels(*task, 0) == Numbers{2, 0, 1}));
    BOOST_TEST((task->info().class_names == Names{"a", "b", "c"}));
  }
}

BOOST_FIXTURE_TEST_CASE(a_subset_of_the_classes_is_mapped_by_name, Folder) {
  named({"c", "a"}, {0, 1, 1}).write(path / "held.h5");
  const auto task = open_with(named({"a", "c"}, {0, 1, 1}), {{"validation_file", std::string("held.h5")}});
  BOOST_TEST((labels(*task, 1) == Numbers{0, 2, 2}));
  BOOST_TEST((labels(*task, 2) == Numbers{2, 0, 0}));
}

BOOST_FIXTURE_TEST_CASE(a_class_that_is_not_trained_is_refused, Folder) {
  BOOST_CHECK_EXCEPTION(open_with(named({"a", "d"}, {0, 0, 1})), DataError,
                        Says({"shd_test.h5: sample 2 is of the class 'd', which the training file shd_train.h5 does "
                              "not have"}));
  BOOST_TEST((labels(*open_with(named({"d", "a"}, {1, 1, 1})), 1) == Numbers{0, 0, 0}));  // named, and no sample
}

BOOST_FIXTURE_TEST_CASE(names_in_one_file_only_are_told, Folder) {
  const auto task = open_with(good());  // its names are numbers, and all the same
  BOOST_TEST((labels(*task, 1) == Numbers{2, 0, 1}));
  BOOST_TEST(says("shd_train.h5 names its classes (/extra/keys) and shd_test.h5 does not; their labels are taken to"));
  BOOST_TEST(says("shd_train.h5 names its speakers (/extra/meta_info/name) and shd_test.h5 does not"));
  good().write(path / "shd_train.h5");
  BOOST_TEST(open_with(named({"c", "b", "a"}, {0, 2, 1}))->info().class_names.empty());
  BOOST_TEST(says("shd_test.h5 names its classes (/extra/keys) and shd_train.h5 does not"));
}

BOOST_FIXTURE_TEST_CASE(names_that_are_not_all_different_name_nothing, Folder) {
  const auto task = open_with(named({"a", "a", "b"}, {2, 0, 1}, {"x", "x"}));
  BOOST_TEST((labels(*task, 1) == Numbers{2, 0, 1}));
  BOOST_TEST(says("shd_train.h5 names its classes (/extra/keys) and shd_test.h5 does not"));
  BOOST_TEST((groups(*task, 1) == Numbers{0, 1, 0}));
}

BOOST_FIXTURE_TEST_CASE(speakers_are_mapped_by_name, Folder) {
  const auto task = open_with(named({"a", "b", "c"}, {2, 0, 1}, {"eve", "bob", "ann"}, {0, 1, 2}));
  BOOST_TEST((task->info().group_names == Names{"ann", "bob", "eve"}));
  BOOST_TEST((groups(*task, 0) == Numbers{0, 1, 0}));
  BOOST_TEST((groups(*task, 1) == Numbers{2, 1, 0}));
}

BOOST_FIXTURE_TEST_CASE(files_of_different_encoders_are_refused, Folder) {
  ShdFile train = named({"a", "b", "c"}, {2, 0, 1}), test = train;
  train.encoder = "lauscher 1 units=700 rms=0.3 seed=0";
  train.write(path / "shd_train.h5");
  test.encoder = "lyon_bsa 1 rate_hz=12500";
  BOOST_CHECK_EXCEPTION(open_with(test), DataError,
                        Says({"shd_train.h5 was encoded by \"lauscher 1 units=700 rms=0.3 seed=0\" and ",
                              "shd_test.h5 by \"lyon_bsa 1 rate_hz=12500\"; expected one encoder"}));
  test.encoder = "lauscher 1 units=700 rms=0.4 seed=0";
  BOOST_CHECK_THROW(open_with(test), DataError);
  test.encoder = "lauscher 1 units=700 rms=0.3 seed=7";  // the same ear with other noise
  BOOST_TEST(open_with(test)->info().outputs == 3U);
  test.encoder.clear();
  open_with(test);
  BOOST_TEST(
      says("shd_train.h5 says how its spikes were made (\"lauscher 1 units=700 rms=0.3 seed=0\") and "
           "shd_test.h5 does not"));
}

BOOST_FIXTURE_TEST_CASE(the_same_file_twice_is_told, Folder) {
  open();
  BOOST_TEST(!says(kTold));
  fs::copy_file(path / "shd_train.h5", path / "copy.h5");
  open({{"test_file", std::string("copy.h5")}});
  BOOST_TEST(says("shd_train.h5 and " + (path / "copy.h5").string() + " " + kTold));
  open({{"validation_file", std::string("shd_test.h5")}});
  BOOST_TEST(says("shd_test.h5 and " + (path / "shd_test.h5").string() + " " + kTold));
}

BOOST_FIXTURE_TEST_CASE(a_moved_copy_is_the_same_data_and_a_changed_file_is_not, Folder) {
  const std::string original = digest();
  BOOST_TEST(original.starts_with("xxh3:"));
  BOOST_TEST(original.size() == 5U + 32U);
  fs::rename(path, directory / "elsewhere");
  path = directory / "elsewhere";
  BOOST_TEST(digest() == original);
  fs::rename(path / "shd_train.h5", path / "other.h5");
  BOOST_TEST(open({{"train_file", std::string("other.h5")}})->info().data_digest == original);
  fs::rename(path / "other.h5", path / "shd_train.h5");
  BOOST_TEST(open({{"bin_ms", 10.0}, {"binning", std::string("paper")}})->info().data_digest == original);

  const ShdFile train = named({"a", "b", "c"}, {2, 0, 1});
  std::vector<ShdFile> changed(7, train);
  changed[0].times[0][0] = 0.0625;
  changed[1].units[2][3] = 7;
  changed[2].labels[0] = 1;
  changed[3].speakers[0] = 1;
  changed[4].class_names = {"a", "c", "b"};
  changed[5].speaker_names = {"ann", "eve"};
  changed[6].encoder = "lauscher";
  for (const ShdFile& file : changed) {
    file.write(path / "shd_train.h5");
    BOOST_TEST(digest() != original);
  }
  train.write(path / "shd_train.h5");
  BOOST_TEST(digest() == original);
  ShdFile test = good();
  test.times[0][0] = 0.0625;
  BOOST_TEST(open_with(test)->info().data_digest != original);
}
