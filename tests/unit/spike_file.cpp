#include "common/speech/spike_file.hpp"

#include <boost/test/unit_test.hpp>
#include <hetsyn/error.hpp>
#include <hetsyn/exceptions.hpp>
#include <string>

#include "shd/binning.hpp"
#include "shd/recordings.hpp"
#include "support/temporary_directory.hpp"

namespace hetsyn::tasks {

namespace {

std::vector<double> times_of(const Recordings& recordings) {
  std::vector<double> times_s;
  for (std::size_t sample = 0; sample < recordings.samples(); ++sample) {
    recordings.each_spike(sample, [&](double time_s, std::uint16_t /*unit*/) { times_s.push_back(time_s); });
  }
  return times_s;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(spike_file)

BOOST_AUTO_TEST_CASE(the_shd_task_reads_what_was_written) {
  const test::TemporaryDirectory directory;
  const std::filesystem::path path = directory / "new folder" / "spikes.h5";
  {
    SpikeFileWriter writer(path, 0.0004, "test 1");
    writer.append(std::vector<StepSpike>{{0, 699}, {25, 0}, {2500, 3}}, 1, 0);
    writer.append({}, 0, 1);
    writer.append(std::vector<StepSpike>{{175, 42}}, 1, 1);
    BOOST_TEST(!std::filesystem::exists(path));
    writer.finish({"no", "yes"}, {{"ann", "female", 30, 170}, {"bob"}});
  }
  const Recordings read = read_recordings(path);
  std::vector<std::uint16_t> units;
  for (std::size_t sample = 0; sample < 3; ++sample) {
    read.each_spike(sample, [&](double /*time_s*/, std::uint16_t unit) { units.push_back(unit); });
  }
  BOOST_TEST(read.blocks.front().offsets == (std::vector<std::uint32_t>{0, 3, 3, 4}), boost::test_tools::per_element());
  BOOST_TEST(units == (std::vector<std::uint16_t>{699, 0, 3, 42}), boost::test_tools::per_element());
  BOOST_TEST(read.label == (std::vector<std::int32_t>{1, 0, 1}), boost::test_tools::per_element());
  BOOST_TEST(read.speaker == (std::vector<std::int32_t>{0, 1, 1}), boost::test_tools::per_element());
  BOOST_TEST(read.names.class_count == 2u);
  BOOST_TEST(read.names.classes == (std::vector<std::string>{"no", "yes"}), boost::test_tools::per_element());
  BOOST_TEST(read.names.speakers == (std::vector<std::string>{"ann", "bob"}), boost::test_tools::per_element());
  BOOST_TEST(read.names.encoder == "test 1");
  // The nearest numbers with 11 significant bits: 0.01 = 1311 · 2⁻¹⁷ rounded, 0.07 = 1147 · 2⁻¹⁴ rounded.
  BOOST_TEST((read.time_type == TimeType::half));
  BOOST_TEST(times_of(read) == (std::vector<double>{0.0, 0x1.47Cp-7, 1.0, 0x1.1ECp-4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_step_of_an_encoder_is_one_of_the_task) {
  for (const double step_ms : {10.0, 0.96, 0.5}) {  // of threshold_crossing and lyon_bsa, and near the limit
    const test::TemporaryDirectory directory;
    std::vector<StepSpike> spikes;
    for (std::uint32_t step = 0; step < 60'000; ++step) spikes.push_back({step, step % 700});
    {
      SpikeFileWriter writer(directory / "spikes.h5", step_ms / 1000.0, "test 1");
      writer.append(spikes, 0, 0);
      writer.finish({"a"}, {{"ann"}});
    }
    const Recordings read = read_recordings(directory / "spikes.h5");
    const Binning binning(Binning::Kind::floor, read.time_type, step_ms, 1.0, 60'000);
    std::size_t step = 0, moved = 0;
    for (const double time_s : times_of(read)) moved += binning.step(time_s) == step++ ? 0U : 1U;
    BOOST_TEST(step == 60'000U);
    BOOST_TEST(moved == 0U, "steps of " << step_ms << " ms: " << moved << " in another bin");
  }
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
  BOOST_CHECK_EXCEPTION(SpikeFileWriter(path, 0.01, "test 1"), RunError, [&](const RunError& error) {
    return std::string(error.what()) == path.parent_path().string() + ": cannot make the directory: Not a directory";
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hetsyn::tasks
