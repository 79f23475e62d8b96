#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>

#include "common/speech/lauscher/basilar_membrane.hpp"
#include "common/speech/lauscher/bushy_cell.hpp"
#include "common/speech/lauscher/hair_cell.hpp"
#include "common/speech/lauscher/lauscher.hpp"
#include "common/speech/lauscher/membrane_motion.hpp"
#include "golden/golden_file.hpp"
#include "golden/speech/support.hpp"

namespace hetsyn::test {
namespace {

using tasks::kLanes;
using tasks::LaneSeries;

LaneSeries as_series(const std::vector<float>& values) {
  LaneSeries series(values.size() / kLanes);
  for (std::size_t i = 0; i < series.size() * kLanes; ++i) series[i / kLanes][i % kLanes] = values[i];
  return series;
}

std::vector<float> flat(const LaneSeries& series) {
  std::vector<float> values;
  for (const tasks::Lanes& step : series) values.insert(values.end(), step.begin(), step.end());
  return values;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lauscher)

BOOST_AUTO_TEST_CASE(velocity_of_the_membrane) {
  const GoldenFile file(speech_file("membrane"));
  std::vector<float> real, imaginary;
  for (const double frequency_hz : file.read<double>("frequencies_hz")) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::complex<double> velocity =
          tasks::membrane_velocity(frequency_hz, tasks::kMembraneLength * static_cast<double>(i) / (kLanes - 1));
      real.push_back(static_cast<float>(velocity.real()));
      imaginary.push_back(static_cast<float>(velocity.imag()));
    }
  }
  // The Hankel function is good to 1e-7, and the file holds float32.
  check_close(real, file.read<float>("tones_real"), 1e-6F);
  check_close(imaginary, file.read<float>("tones_imaginary"), 1e-6F);
}

BOOST_AUTO_TEST_CASE(motion_of_the_membrane) {
  const GoldenFile file(speech_file("membrane"));
  const tasks::MembraneBank bank(kLanes);
  const std::vector<float> sound = file.read<float>("audio");
  const tasks::MembraneMotion motion(sound, tasks::kLauscherRateHz, bank);
  // The table is interpolated to 2e-4 at worst, and frequencies with 1e-4 of the amplitude are left out.
  check_close(flat(motion.velocity(0)), file.read<float>("motion"), 3e-4F);
}

BOOST_AUTO_TEST_CASE(hair_cells) {
  const GoldenFile file(speech_file("cells"));
  LaneSeries series;
  for (const float sample : file.read<float>("audio")) {
    tasks::Lanes& step = series.emplace_back();
    for (std::size_t i = 0; i < kLanes; ++i) step[i] = sample * 500.0F * static_cast<float>(i) / (kLanes - 1);
  }
  tasks::transduce(series, tasks::kLauscherStep);
  // Some hundred steps that each round to 6e-8 of the pools.
  check_close(flat(series), file.read<float>("probability"), 1e-5F);
}

BOOST_AUTO_TEST_CASE(bushy_cells) {
  const GoldenFile file(speech_file("cells"));
  std::vector<tasks::StepSpike> spikes;
  tasks::fire_bushy_cells(as_series(file.read<float>("arrivals")), tasks::kLauscherStep, 0, spikes);
  // No potential in the file is nearer to the threshold than 1e-5, so that rounding flips no spike.
  check_spikes(spikes, file.read<std::uint16_t>("spikes"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hetsyn::test
