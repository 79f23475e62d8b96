#include "common/speech/lyon_bsa/lyon_bsa.hpp"

#include <boost/test/unit_test.hpp>

#include "common/speech/loudness.hpp"
#include "golden/golden_file.hpp"
#include "golden/speech/support.hpp"

namespace hetsyn::test {

BOOST_AUTO_TEST_SUITE(lyon_bsa)

BOOST_AUTO_TEST_CASE(firing_rates) {
  const GoldenFile file(speech_file("lyon_bsa"));
  const tasks::LyonBsa settings;
  tasks::Audio audio = audio_of(file);
  tasks::normalise_peak(audio.samples);
  const tasks::Grid rates =
      tasks::lyon_passive_ear(audio.samples, settings.rate_hz, settings.decimation, settings.design);
  BOOST_TEST(rates.columns == 78u);
  // Double precision on both sides; the audio is scaled in float32, to 6e-8.
  check_close(rates.values, file.read<float>("rates"), 1e-6F);
}

BOOST_AUTO_TEST_CASE(spikes) {
  const GoldenFile file(speech_file("lyon_bsa"));
  // No decision in the file is nearer to the threshold than 2e-5; sums of 33 float32 errors round to about 1e-6.
  check_spikes(tasks::encode(audio_of(file), tasks::LyonBsa{}), file.read<std::uint16_t>("spikes"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace hetsyn::test
