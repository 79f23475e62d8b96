#include "common/speech/threshold_crossing/threshold_crossing.hpp"

#include <boost/test/unit_test.hpp>

#include "golden/golden_file.hpp"
#include "golden/speech/support.hpp"

namespace hetsyn::test {

using tasks::ThresholdCrossing;

BOOST_AUTO_TEST_SUITE(threshold_crossing)

BOOST_AUTO_TEST_CASE(energy_of_mel_channels) {
  const GoldenFile file(speech_file("threshold_crossing"));
  const tasks::Grid energy = tasks::log_mel_energy(audio_of(file), ThresholdCrossing{});
  BOOST_TEST(energy.columns == 16u);
  // Sums of 512 float32 products round to about 1e-6 of the sum; the logarithm of a quiet channel magnifies the error
  // of what leaked into it from loud ones.
  check_close(energy.values, file.read<float>("energy"), 1e-4F);
}

BOOST_AUTO_TEST_CASE(spikes) {
  const GoldenFile file(speech_file("threshold_crossing"));
  // No decision in the file is nearer to its threshold than 2e-5 of the maximum, so that rounding flips none.
  check_spikes(tasks::encode(audio_of(file), ThresholdCrossing{}), file.read<std::uint16_t>("spikes"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hetsyn::test
