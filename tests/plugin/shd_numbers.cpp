// Numbers in SHD's format of any type: times on a grid, units and labels outside their range, events that are lost.
#include <limits>

#include "plugin/shd_folder.hpp"

using namespace hetsyn;
using namespace hetsyn::test;

namespace {

/// One recording with a spike of unit 3 at each time, and a class.
ShdFile spikes_at(const std::vector<double>& times) {
  ShdFile file;
  file.times = {times};
  file.units = {std::vector<std::int64_t>(times.size(), 3)};
  file.labels = {0};
  file.keys = 3;
  return file;
}

/// Times k · step, k < count, computed as users do.
std::vector<double> grid(std::size_t count, double step_s) {
  std::vector<double> times;
  for (std::size_t k = 0; k < count; ++k) times.push_back(static_cast<double>(k) * step_s);
  return times;
}

struct Grid {
  double bin_ms;
  std::size_t bins;
};
const std::vector<Grid> kGrids{{4.0, 125}, {10.0, 100}, {0.96, 1000}, {0.1, 10000}, {1.0, 60000}, {7.0, 8000}};
const std::vector<hid_t>& wide_times() {
  static const std::vector<hid_t> types{H5T_IEEE_F32LE, H5T_IEEE_F64LE, H5T_IEEE_F64BE};
  return types;
}

struct Folder : ShdFolder {
  /// Writes the training file and expects open() to say all of `parts`.
  void check_refused(const ShdFile& bad, std::vector<std::string> parts,
                     const std::string& name = "shd_train.h5") const {
    bad.write(path / name);
    parts.insert(parts.begin(), name);
    BOOST_CHECK_EXCEPTION(open(), DataError, Says(parts));
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(times_on_a_grid_fall_into_their_own_bins, Folder) {
  for (const hid_t type : wide_times()) {
    for (const Grid& of : kGrids) {
      ShdFile file = spikes_at(grid(of.bins, of.bin_ms / 1000.0));
      file.time_type = type;
      file.write(path / "shd_train.h5");
      for (const char* binning : {"floor", "paper"}) {
        const auto task = open({{"bin_ms", of.bin_ms},
                                {"duration_ms", of.bin_ms * static_cast<double>(of.bins)},
                                {"skip_steps", std::int64_t{0}},
                                {"binning", std::string(binning)}});
        const Events found = events(*task, 0, of.bins);
        BOOST_TEST_REQUIRE(found.size() == of.bins, binning << " in bins of " << of.bin_ms << " ms");
        for (std::size_t k = 0; k < of.bins; ++k) BOOST_TEST(found[k].second == static_cast<int>(k));
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(what_lies_clearly_before_a_bin_is_not_in_it, Folder) {
  ShdFile file = spikes_at({0.499999, 0.5 - 1e-9});
  file.time_type = H5T_IEEE_F64LE;
  file.write(path / "shd_train.h5");
  BOOST_TEST((events(*open({{"bin_ms", 100.0}, {"skip_steps", std::int64_t{0}}}), 0, 10) == Events{{3, 4}}));
}

BOOST_FIXTURE_TEST_CASE(half_precision_is_taken_as_it_is, Folder) {
  // 28 ms is stored as 1835 · 2⁻¹⁶ s, which is in bin 6; SHD's own times are such.
  spikes_at({0.028}).write(path / "shd_train.h5");
  BOOST_TEST((events(*open(), 0, 250) == Events{{3, 6}}));
}

BOOST_FIXTURE_TEST_CASE(units_are_read_from_every_integer_type, Folder) {
  for (const hid_t type :
       {H5T_STD_U8LE, H5T_STD_I8LE, H5T_STD_I16BE, H5T_STD_I32LE, H5T_STD_U32LE, H5T_STD_I64LE, H5T_STD_U64LE}) {
    ShdFile file = spikes_at({0.25});
    file.units = {{100}};
    file.unit_type = file.label_type = type;
    file.write(path / "shd_train.h5");
    BOOST_TEST((events(*open(), 0, 250) == Events{{100, 62}}));
  }
}

BOOST_FIXTURE_TEST_CASE(units_outside_their_range_are_refused_with_their_own_value, Folder) {
  struct Bad {
    hid_t type;
    std::int64_t unit;
    const char* text;
  };
  for (const Bad& bad :
       {Bad{H5T_STD_I8LE, -7, "-7"}, Bad{H5T_STD_I16LE, -300, "-300"}, Bad{H5T_STD_U16LE, 700, "700"},
        Bad{H5T_STD_I32LE, -7, "-7"}, Bad{H5T_STD_U32LE, 70'000, "70000"},
        Bad{H5T_STD_I64LE, std::int64_t{1} << 40, "1099511627776"}, Bad{H5T_STD_U64LE, -1, "18446744073709551615"}}) {
    ShdFile file = good();
    file.unit_type = bad.type;
    file.units[0][1] = bad.unit;
    file.units[0][2] = 9;
    check_refused(file, {"sample 0 has a spike of unit " + std::string(bad.text) + "; units are 0 to 699"});
  }
}

BOOST_FIXTURE_TEST_CASE(labels_outside_their_range_are_refused_with_their_own_value, Folder) {
  ShdFile file = good();
  file.label_type = H5T_STD_I32LE;
  file.labels = {2, -1, 3};
  check_refused(file, {"sample 1 has the label -1; expected 0 to 2"});
  file.keys = 0;  // the classes are those of the other labels
  check_refused(file, {"sample 1 has the label -1; expected 0 to 3"});
  file.label_type = H5T_STD_I64LE;
  file.labels = {2, std::int64_t{1} << 33, 3};
  check_refused(file, {"sample 1 has the label 8589934592; expected 0 to 3"});
  file.label_type = H5T_STD_U64LE;
  file.labels = {2, -1, 3};
  check_refused(file, {"/labels has the number 18446744073709551615 in row 1"});
}

BOOST_FIXTURE_TEST_CASE(speakers_outside_their_range_are_refused_with_their_own_value, Folder) {
  ShdFile file = good();
  file.speaker_type = H5T_STD_I64LE;
  file.speakers = {0, -1, 7};  // −1: nobody
  file.write(path / "shd_train.h5");
  BOOST_TEST(open()->sample_info(0, 1).group == -1);
  file.speakers = {0, std::int64_t{1} << 32, 7};
  check_refused(file, {"sample 1 has the speaker 4294967296; expected -1 to 2147483647"});
  file.speaker_names = {"ann", "bob"};
  file.speakers = {0, 1, 2};
  check_refused(file, {"sample 2 has the speaker 2; expected -1 to 1"});
}

BOOST_FIXTURE_TEST_CASE(a_label_that_makes_most_classes_empty_is_named, Folder) {
  ShdFile file = good();
  file.keys = 0;
  file.labels = {2, 60'000, 1};
  file.write(path / "shd_train.h5");
  BOOST_TEST(open()->info().outputs == 60'001U);
  BOOST_TEST(says("shd_train.h5: sample 1 has the label 60000, by which there are 60001 classes, and only 3 of them"));
}

BOOST_FIXTURE_TEST_CASE(classes_without_samples_are_named, Folder) {
  ShdFile file = good();
  file.keys = 0;
  file.class_names = {"a", "b", "c", "d"};
  file.labels = {2, 2, 1};
  file.write(path / "shd_train.h5");
  open();
  BOOST_TEST(says("shd_train.h5: has no sample to train on of the classes 'a' and 'd'"));
  file.keys = 5;
  file.class_names.clear();
  file.write(path / "shd_train.h5");
  open();
  BOOST_TEST(says("shd_train.h5: has no sample to train on of the classes 0, 3 and 4"));
}

BOOST_FIXTURE_TEST_CASE(spikes_outside_the_duration_are_counted_and_told, Folder) {
  const auto task = open();  // in each file one at 1 s and one at 2 s, of 7
  BOOST_TEST(task->info().events == 14U);
  BOOST_TEST(task->info().events_lost == 4U);
  BOOST_TEST(
      says("4 of 14 spikes never reach the network, as their time is not within the 1000 ms of a sample "
           "(shd_train.h5: 2 of 7, shd_test.h5: 2 of 7)"));
  ShdFile file = good();
  file.times[0] = {-0.5, -1e-3, std::numeric_limits<double>::infinity()};
  file.write(path / "shd_train.h5");
  BOOST_TEST(open()->info().events == 14U);
  BOOST_TEST(open()->info().events_lost == 7U);
  BOOST_TEST(says("shd_train.h5: 4 of 6, "));
  // As published, negative times are in the first bin, 0.999 s in bin 250, which is beyond the last, and unit 0 is
  // dropped: lost are two of three and three of four spikes in the training file, one and three in the other.
  BOOST_TEST(open({{"binning", std::string("paper")}})->info().events_lost == 9U);
}

BOOST_FIXTURE_TEST_CASE(times_in_another_unit_are_recognised, Folder) {
  struct Unit {
    double per_second;
    const char* text;
  };
  for (const Unit& unit : {Unit{1e3, "are they in milliseconds? Expected seconds"},
                           Unit{1e6, "are they in microseconds? Expected seconds"}}) {
    ShdFile file = spikes_at({0.3 * unit.per_second, 0.4 * unit.per_second, 0.5 * unit.per_second});
    file.time_type = H5T_IEEE_F64LE;
    check_refused(file, {"3 of 3 spikes never reach the network, as their time is not within the 1000 ms", unit.text});
    good().write(path / "shd_train.h5");
    check_refused(file, {"3 of 3 spikes never reach the network", unit.text}, "shd_test.h5");  // nothing to test on
    good().write(path / "shd_test.h5");
  }
}

BOOST_FIXTURE_TEST_CASE(files_without_any_spike_are_refused, Folder) {
  ShdFile empty;
  empty.claims = 3;
  empty.keys = 3;
  check_refused(empty, {"holds no spikes; there is nothing to learn from, or to test on"}, "shd_test.h5");
  check_refused(empty, {"holds no spikes; there is nothing to learn from, or to test on"});
}

BOOST_FIXTURE_TEST_CASE(unit_0_alone_is_not_enough_for_the_published_preprocessing, Folder) {
  ShdFile file = spikes_at({0.25, 0.5});
  file.units = {{0, 0}};
  file.write(path / "shd_train.h5");
  BOOST_TEST(open()->info().outputs == 3U);
  BOOST_CHECK_EXCEPTION(open({{"binning", std::string("paper")}}), DataError,
                        Says({"shd_train.h5: all spikes are of unit 0, which task.binning = \"paper\" leaves out"}));
}
