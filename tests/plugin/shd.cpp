#include <cmath>
#include <fstream>
#include <limits>
#include <random>

#include "plugin/shd_folder.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
namespace fs = std::filesystem;

namespace {

using Folder = ShdFolder;

/// Writes `bad` over the training file and expects open() to say all of `parts`.
void check_refused(const Folder& folder, const ShdFile& bad, std::vector<std::string> parts) {
  bad.write(folder.path / "shd_train.h5");
  parts.insert(parts.begin(), "shd_train.h5");
  BOOST_CHECK_EXCEPTION(folder.open(), DataError, Says(parts));
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_good_file_is_read, Folder) {
  const auto task = open();
  const TaskInfo& info = task->info();
  BOOST_TEST(info.inputs == 700U);
  BOOST_TEST(info.outputs == 3U);
  BOOST_TEST(info.steps == 250U);
  BOOST_TEST(info.step_ms == 4.0);
  BOOST_TEST(info.dt_ms == 1.0);
  BOOST_TEST(info.static_samples);
  BOOST_TEST(info.data_name == "shd_train.h5, shd_test.h5");  // three recordings are not SHD
  BOOST_REQUIRE_EQUAL(info.losses.size(), 1U);
  BOOST_TEST((info.losses[0].kind == LossKind::softmax_sum));
  BOOST_TEST(info.losses[0].parameter == 11.0);
  BOOST_TEST(task->fill({0, 0, 0, 250, 1.0}).label == 2);
  BOOST_TEST(task->sample_info(1, 1).label == 0);
  BOOST_TEST(task->sample_info(1, 1).group == 9);
}

BOOST_FIXTURE_TEST_CASE(floor_binning_by_hand, Folder) {
  const auto task = open();
  BOOST_TEST((events(*task, 0, 250) == Events{{0, 0}, {1, 0}, {699, 62}}));  // 3.90625 ms: bin 0; 250 ms: ⌊62.5⌋
  BOOST_TEST(events(*task, 1, 250).empty());
  BOOST_TEST((events(*task, 2, 250) == Events{{5, 125}, {5, 249}}));  // 1 s is the first bin beyond
}

BOOST_FIXTURE_TEST_CASE(paper_binning_by_hand, Folder) {
  const auto task = open({{"binning", std::string("paper")}});
  // Unit 0 is dropped; 3.90625 ms is in (0, 4]: bin 1; 250 ms in (248, 252]: bin 63. Unit u is channel 700 − u.
  BOOST_TEST((events(*task, 0, 250) == Events{{1, 63}, {699, 1}}));
  // 500 ms is the end of bin 125; 999.02 ms and 1000 ms would be bin 250, beyond the last.
  BOOST_TEST((events(*task, 2, 250) == Events{{695, 125}}));
}

BOOST_FIXTURE_TEST_CASE(paper_binning_puts_time_zero_in_bin_zero, Folder) {
  ShdFile file = good();
  file.times[0] = {0.0, -0.5, 0.25};
  file.units[0] = {7, 8, 9};
  file.write(path / "shd_train.h5");
  BOOST_TEST((events(*open({{"binning", std::string("paper")}}), 0, 250) == Events{{691, 63}, {692, 0}, {693, 0}}));
  BOOST_TEST((events(*open(), 0, 250) == Events{{7, 0}, {9, 62}}));  // floor: before the first bin is lost
}

BOOST_FIXTURE_TEST_CASE(bins_and_duration_are_settings, Folder) {
  const auto task = open({{"bin_ms", 250.0}, {"duration_ms", 2500.0}, {"skip_steps", std::int64_t{0}}});
  BOOST_TEST(task->info().steps == 10U);
  BOOST_TEST((events(*task, 2, 10) == Events{{5, 2}, {5, 3}, {5, 4}, {6, 8}}));
  BOOST_TEST(open({{"bin_ms", 0.1}})->info().steps == 10000U);
}

BOOST_FIXTURE_TEST_CASE(neighbouring_units_share_a_channel, Folder) {
  ShdFile file = good();
  file.times[0] = {0.25, 0.25, 0.25, 0.25, 0.5};  // units 0 to 4 are channel 0; in one bin they make one spike
  file.units[0] = {0, 4, 5, 699, 4};
  file.write(path / "shd_train.h5");
  const std::string digest = open()->info().data_digest;
  const auto task = open({{"pool_channels", std::int64_t{5}}});
  BOOST_TEST(task->info().inputs == 140U);
  BOOST_TEST((events(*task, 0, 250) == Events{{0, 62}, {0, 125}, {1, 62}, {139, 62}}));
  BOOST_TEST((events(*task, 0, 500, 2.0) == Events{{0, 125}, {0, 250}, {1, 125}, {139, 125}}));
  BOOST_TEST(task->info().data_digest == digest);  // of the files, which are the same
  BOOST_TEST(task->info().events == open()->info().events);
}

BOOST_FIXTURE_TEST_CASE(units_that_are_left_over_make_a_smaller_channel, Folder) {
  const auto task = open({{"pool_channels", std::int64_t{300}}});
  BOOST_TEST(task->info().inputs == 3U);
  BOOST_TEST((events(*task, 0, 250) == Events{{0, 0}, {2, 62}}));
  BOOST_TEST(open({{"pool_channels", std::int64_t{700}}})->info().inputs == 1U);
}

BOOST_FIXTURE_TEST_CASE(channels_of_the_paper_are_pooled_in_their_own_order, Folder) {
  // Unit 699 is channel 1, and unit 1 is channel 699.
  const auto task = open({{"binning", std::string("paper")}, {"pool_channels", std::int64_t{5}}});
  BOOST_TEST((events(*task, 0, 250) == Events{{0, 63}, {139, 1}}));
}

BOOST_FIXTURE_TEST_CASE(warped_time_is_binned_after_scaling, Folder) {
  const auto task = open();
  BOOST_TEST((events(*task, 2, 125, 0.5) == Events{{5, 62}, {5, 124}}));
  BOOST_TEST((events(*task, 2, 500, 2.0) == Events{{5, 250}, {5, 499}}));
}

BOOST_FIXTURE_TEST_CASE(samples_that_would_be_too_long_are_refused_with_the_reason, Folder) {
  const auto task = open();
  BOOST_CHECK_EXCEPTION(task->fill({0, 0, 0, 17'000'000, 68000.0}), DataError,
                        Says({"a sample of task 'shd', of 250 steps, would have 17000000 at 68000 times its duration; "
                              "expected 1 to 16777216 (perturb.warp_log2 makes it longer)"}));
  BOOST_CHECK_EXCEPTION(task->fill({0, 3, 0, 250, 1.0}), DataError,
                        Says({"task 'shd' has no sample 3 in its split 'train' of 3 samples"}));
}

BOOST_FIXTURE_TEST_CASE(other_number_types_are_read_alike, Folder) {
  const Events expected = events(*open(), 2, 250);
  for (const hid_t type : {H5T_IEEE_F32LE, H5T_IEEE_F64BE}) {
    ShdFile file = good();
    file.time_type = type;
    file.write(path / "shd_train.h5");
    BOOST_TEST((events(*open(), 2, 250) == expected));
  }
  ShdFile file = good();
  file.big_endian = true;
  file.write(path / "shd_train.h5");
  BOOST_TEST((events(*open(), 2, 250) == expected));
}

BOOST_FIXTURE_TEST_CASE(the_shape_of_shd_is_known_by_its_name, Folder) {
  ShdFile file;
  file.keys = 20;
  const auto resize = [&](std::size_t samples) {
    file.times.assign(samples, {0.5});
    file.units.assign(samples, {1});
    file.labels.assign(samples, 1);
  };
  resize(8156);
  file.write(path / "shd_train.h5");
  resize(2264);
  file.write(path / "shd_test.h5");
  BOOST_TEST(open()->info().data_name == "SHD");
  resize(2263);
  file.write(path / "shd_test.h5");
  BOOST_TEST(open()->info().data_name == "shd_train.h5, shd_test.h5");
}

BOOST_FIXTURE_TEST_CASE(the_shape_of_arabic_speech_commands_is_known_by_its_name, Folder) {
  const auto write = [&](const char* name, std::size_t samples, double time_s) {
    ShdFile file;
    file.keys = 40;
    file.times.assign(samples, {time_s});
    file.units.assign(samples, {1});
    file.labels.assign(samples, 1);
    file.write(path / name);
  };
  write("asc_train.h5", 7200, 0.25);
  write("asc_test.h5", 2400, 0.5);
  write("asc_valid.h5", 2400, 0.75);
  std::vector<NamedValue> files{{"train_file", std::string("asc_train.h5")}, {"test_file", std::string("asc_test.h5")}};
  BOOST_TEST(open(files)->info().data_name == "Arabic Speech Commands");
  files.push_back({"validation_file", std::string("asc_valid.h5")});
  BOOST_TEST(open(files)->info().data_name == "Arabic Speech Commands");
  write("asc_valid.h5", 2399, 0.75);
  BOOST_TEST(open(files)->info().data_name == "asc_train.h5, asc_test.h5");
}

BOOST_FIXTURE_TEST_CASE(a_validation_file_makes_a_split, Folder) {
  good().write(path / "held.h5");
  const auto task = open({{"validation_file", std::string("held.h5")}});
  BOOST_REQUIRE_EQUAL(task->info().splits.size(), 3U);
  BOOST_TEST((task->info().splits[2].role == SplitRole::validation));
  BOOST_TEST(task->fill({2, 2, 0, 250, 1.0}).label == 1);
}

BOOST_FIXTURE_TEST_CASE(files_without_speaker_or_names_are_read, Folder) {
  ShdFile file = good();
  file.speakers.clear();
  file.keys = 0;
  file.write(path / "shd_train.h5");
  const auto task = open();
  BOOST_TEST(task->info().outputs == 3U);  // by the largest label
  BOOST_TEST(task->sample_info(0, 0).group == -1);
}

BOOST_FIXTURE_TEST_CASE(times_that_are_not_finite_are_dropped_with_a_warning, Folder) {
  ShdFile file = good();
  file.times[0] = {0.0, std::numeric_limits<double>::infinity(), 0.25};
  file.times[2][0] = std::numeric_limits<double>::quiet_NaN();
  file.write(path / "shd_train.h5");
  const auto task = open();
  BOOST_TEST((events(*task, 0, 250) == Events{{0, 0}, {699, 62}}));
  BOOST_TEST((events(*task, 2, 250) == Events{{5, 249}}));
  BOOST_TEST(says("shd_train.h5: 2 spikes without a finite time were left out"));
}

BOOST_FIXTURE_TEST_CASE(missing_data_name_all_places_and_the_remedy, Folder) {
  static const TaskPlugin plugin = load_own_plugin("shd");
  const std::vector<NamedValue> values{{"train_file", std::string("a.h5")}};
  BOOST_CHECK_EXCEPTION(plugin.open(values, {.seed = 0, .data_path = "/p1:/p2", .cache_path = {}}), DataError,
                        Says({"/p1 (no a.h5, shd_test.h5)", "/p1/shd (", "/p2 (", "/p2/shd (", "data/shd (",
                              "task.path", "HETSYN_DATA", "https://zenkelab.org/datasets/"}));
}

BOOST_AUTO_TEST_CASE(ssc_has_a_folder_of_its_own) {
  static const TaskPlugin plugin = load_own_plugin("shd");
  const std::vector<NamedValue> values{{"train_file", std::string("ssc_train.h5")},
                                       {"validation_file", std::string("ssc_valid.h5")},
                                       {"test_file", std::string("ssc_test.h5")}};
  BOOST_CHECK_EXCEPTION(plugin.open(values, {.seed = 0, .data_path = "/p1", .cache_path = {}}), DataError,
                        Says({"SSC was not found", "/p1/ssc (no ssc_train.h5, ssc_test.h5, ssc_valid.h5)", "data/ssc (",
                              "bin/fetch-data ssc"}));
}

BOOST_AUTO_TEST_CASE(arabic_speech_commands_have_a_folder_of_their_own) {
  static const TaskPlugin plugin = load_own_plugin("shd");
  const std::vector<NamedValue> values{{"train_file", std::string("asc_train.h5")},
                                       {"validation_file", std::string("asc_valid.h5")},
                                       {"test_file", std::string("asc_test.h5")}};
  BOOST_CHECK_EXCEPTION(
      plugin.open(values, {.seed = 0, .data_path = "/p1", .cache_path = {}}), DataError,
      Says({"Arabic Speech Commands was not found", "/p1/asc (no asc_train.h5, asc_test.h5, asc_valid.h5)",
            "data/asc (", "bin/fetch-data asc gets the recordings"}));
}

BOOST_FIXTURE_TEST_CASE(data_are_found_in_the_data_path, Folder) {
  static const TaskPlugin plugin = load_own_plugin("shd");
  const auto task = plugin.open({}, {.seed = 0, .data_path = "/p1:" + path.string(), .cache_path = {}});
  BOOST_TEST(task->info().outputs == 3U);
}

BOOST_FIXTURE_TEST_CASE(files_that_are_not_hdf5_or_torn_are_refused, Folder) {
  std::ofstream(path / "shd_train.h5") << "these are no spikes";
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"shd_train.h5: is not an HDF5 file"}));
  std::ofstream(path / "shd_train.h5", std::ios::trunc).flush();
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"shd_train.h5: is not an HDF5 file"}));
  good().write(path / "shd_train.h5");
  const auto size = fs::file_size(path / "shd_train.h5");
  for (const auto kept : {size / 4, size / 2, size - 1}) {
    good().write(path / "shd_train.h5");
    fs::resize_file(path / "shd_train.h5", kept);
    BOOST_CHECK_EXCEPTION(open(), DataError, Says({"shd_train.h5: is an HDF5 file that is damaged, truncated"}));
  }
}

BOOST_FIXTURE_TEST_CASE(damage_anywhere_in_a_file_is_no_crash, Folder) {
  std::ifstream stream(path / "shd_train.h5", std::ios::binary);
  const std::string sound{std::istreambuf_iterator<char>(stream), {}};
  std::mt19937_64 random(1);
  int refused = 0;
  for (int i = 0; i < 50; ++i) {
    std::string damaged = sound;
    damaged[random() % damaged.size()] ^= static_cast<char>(1U << (random() % 8));
    std::ofstream(path / "shd_train.h5", std::ios::binary | std::ios::trunc) << damaged;
    try {
      open();
    } catch (const DataError&) {
      ++refused;
    }
  }
  BOOST_TEST(refused > 0);  // some bits hold nothing that matters
  BOOST_TEST(refused < 50);
}

BOOST_FIXTURE_TEST_CASE(files_with_a_dataset_missing_or_of_another_type_are_refused, Folder) {
  ShdFile file = good();
  file.units.clear();
  check_refused(*this, file, {"dataset /spikes/units is missing"});
  file = good();
  file.labels.clear();
  check_refused(*this, file, {"dataset /labels is missing"});
  file = good();
  file.time_type = H5T_STD_I32LE;
  check_refused(*this, file, {"dataset /spikes/times does not hold arrays of real numbers"});
}

BOOST_FIXTURE_TEST_CASE(files_that_contradict_themselves_are_refused, Folder) {
  ShdFile file = good();
  file.units[2].pop_back();
  check_refused(*this, file, {"sample 2 has 4 times and 3 units"});
  file = good();
  file.labels.pop_back();
  check_refused(*this, file, {"/labels has 2 rows and /spikes/times has 3"});
  file = good();
  file.speakers.pop_back();
  check_refused(*this, file, {"/extra/speaker has 2 rows"});
  file = good();
  file.units[0][1] = 700;
  check_refused(*this, file, {"sample 0 has a spike of unit 700; units are 0 to 699"});
  file = good();
  file.labels[1] = 3;
  check_refused(*this, file, {"sample 1 has the label 3; expected 0 to 2"});
}

BOOST_FIXTURE_TEST_CASE(sizes_that_make_no_sense_are_refused_without_allocating_them, Folder) {
  ShdFile file;
  file.claims = 0;
  check_refused(*this, file, {": holds no samples"});
  file.claims = hsize_t{1} << 40;
  check_refused(*this, file, {"/spikes/times claims 1099511627776 rows; at most 16777216 make sense"});
  file = good();
  file.keys = (1 << 16) + 1;
  check_refused(*this, file, {"/extra/keys claims 65537 classes; at most 65536 make sense"});
}

BOOST_FIXTURE_TEST_CASE(recordings_without_spikes_are_silent_samples, Folder) {
  ShdFile file = good();
  for (double& time : file.times[0]) time = std::numeric_limits<double>::quiet_NaN();
  file.write(path / "shd_train.h5");
  BOOST_TEST(events(*open(), 0, 250).empty());
  BOOST_TEST(events(*open(), 1, 250).empty());
}

BOOST_FIXTURE_TEST_CASE(a_folder_in_the_place_of_a_file_is_named, Folder) {
  fs::remove(path / "shd_train.h5");
  fs::create_directory(path / "shd_train.h5");
  BOOST_CHECK_EXCEPTION(open(), DataError, Says({"shd_train.h5: is not a file"}));
}

BOOST_FIXTURE_TEST_CASE(samples_keep_their_place_beyond_the_first_block, Folder) {
  ShdFile file;
  file.keys = 3;
  for (std::int64_t sample = 0; sample < 600; ++sample) {
    file.times.push_back(std::vector<double>(static_cast<std::size_t>(1 + sample % 3), 0.25));
    file.units.push_back({});
    for (std::int64_t i = 0; i < 1 + sample % 3; ++i) file.units.back().push_back(sample + i);
    file.labels.push_back(0);
  }
  for (const auto type : {std::optional<hid_t>(), std::optional<hid_t>(H5T_IEEE_F32LE)}) {
    file.time_type = type;
    file.write(path / "shd_train.h5");
    const auto task = open();
    for (const std::size_t sample : {0U, 255U, 256U, 511U, 512U, 599U}) {
      Events expected;
      for (std::size_t i = 0; i < 1 + sample % 3; ++i) expected.emplace_back(sample + i, 62);
      BOOST_TEST((events(*task, sample, 250) == expected));
    }
  }
  file.units[517][1] = 700;
  check_refused(*this, file, {"sample 517 has a spike of unit 700"});
}

BOOST_FIXTURE_TEST_CASE(a_test_file_with_other_classes_is_refused, Folder) {
  ShdFile file = good();
  file.keys = 9;
  file.labels[0] = 8;
  file.write(path / "shd_test.h5");
  BOOST_CHECK_EXCEPTION(open(), DataError,
                        Says({"shd_test.h5: sample 0 has the label 8; the training file shd_train.h5 has 3 classes"}));
}

BOOST_FIXTURE_TEST_CASE(settings_that_do_not_fit_are_refused, Folder) {
  const auto key_is = [](const std::string& key) { return [key](const ConfigError& e) { return e.key() == key; }; };
  BOOST_CHECK_EXCEPTION(open({{"skip_steps", std::int64_t{250}}}), ConfigError, key_is("task.skip_steps"));
  BOOST_CHECK_EXCEPTION(open({{"bin_ms", 400.0}, {"duration_ms", 300.0}}), ConfigError, key_is("task.bin_ms"));
}
