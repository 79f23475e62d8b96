#include "common/speech/spike_file.hpp"

#include <boost/test/unit_test.hpp>
#include <hetsyn/error.hpp>
#include <string>

#include "shd/recordings.hpp"
#include "support/temporary_directory.hpp"

namespace hetsyn::tasks {

BOOST_AUTO_TEST_SUITE(spike_file)

BOOST_AUTO_TEST_CASE(the_shd_task_reads_what_was_written) {
  const test::TemporaryDirectory directory;
  const std::filesystem::path path = directory / "new folder" / "spikes.h5";
  {
    SpikeFileWriter writer(path, 0.01, "test 1");
    writer.append(std::vector<StepSpike>{{0, 699}, {1, 0}, {100, 3}}, 1, 0);
    writer.append({}, 0, 1);
    writer.append(std::vector<StepSpike>{{7, 42}}, 1, 1);
    BOOST_TEST(!std::filesystem::exists(path));
    writer.finish({"no", "yes"}, {{"ann", "female", 30, 170}, {"bob"}});
  }
  const Recordings read = read_recordings(path);
  std::vector<std::uint16_t> units;
  std::vector<float> times_s;
  for (std::size_t sample = 0; sample < 3; ++sample) {
    read.each_spike(sample, [&](float time_s, std::uint16_t unit) {
      units.push_back(unit);
      times_s.push_back(time_s);
    });
  }
  BOOST_TEST(read.blocks.front().offsets == (std::vector<std::uint32_t>{0, 3, 3, 4}), boost::test_tools::per_element());
  BOOST_TEST(units == (std::vector<std::uint16_t>{699, 0, 3, 42}), boost::test_tools::per_element());
  BOOST_TEST(read.label == (std::vector<std::int32_t>{1, 0, 1}), boost::test_tools::per_element());
  BOOST_TEST(read.speaker == (std::vector<std::int32_t>{0, 1, 1}), boost::test_tools::per_element());
  BOOST_TEST(read.class_names == 2u);
  // The nearest numbers with 11 significant bits: 0.01 = 1311 · 2⁻¹⁷ rounded, 0.07 = 1147 · 2⁻¹⁴ rounded.
  BOOST_TEST(times_s == (std::vector<float>{0.0F, 0x1.47Cp-7F, 1.0F, 0x1.1ECp-4F}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_a_file_that_was_not_finished) {
  const test::TemporaryDirectory directory;
  { SpikeFileWriter writer(directory / "spikes.h5", 0.01, "test 1"); }
  BOOST_TEST(std::filesystem::is_empty(directory.path()));
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_named) {
  const test::TemporaryDirectory directory;
  test::write_text(directory / "file", "");
  const std::filesystem::path path = directory / "file" / "spikes.h5";
  BOOST_CHECK_EXCEPTION(SpikeFileWriter(path, 0.01, "test 1"), sdk::TaskError, [&](const sdk::TaskError& error) {
    return std::string(error.what()) == path.string() + ": cannot be written: Not a directory";
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hetsyn::tasks
