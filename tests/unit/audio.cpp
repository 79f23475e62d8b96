// Reading and resampling of audio.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/error.hpp>
#include <limits>

#include "common/speech/audio/audio.hpp"
#include "support/audio_files.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn::tasks;
using hetsyn::sdk::TaskError;
using namespace hetsyn::test;

namespace {

constexpr int kWav = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
constexpr int kFlac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;

Audio decode(const std::string& bytes) { return decode_audio(std::as_bytes(std::span(bytes)), "a.wav"); }

/// Expects the error to be one sentence that names the file and says `part`.
void check_refused(const std::string& bytes, const std::string& part) {
  BOOST_CHECK_EXCEPTION(decode(bytes), TaskError, [&](const TaskError& e) {
    const std::string text = e.what();
    BOOST_TEST_MESSAGE(text);
    return text.starts_with("a.wav: ") && text.find(part) != std::string::npos;
  });
}

std::vector<float> as_floats(const std::vector<std::int16_t>& samples) {
  std::vector<float> floats;
  for (const std::int16_t sample : samples) floats.push_back(static_cast<float>(sample) / 32768.0F);
  return floats;
}

template <class Sample>
std::string written(int format, const std::vector<Sample>& samples, int rate_hz = 16'000, int channels = 1) {
  const TemporaryDirectory folder;
  write_audio(folder / "a", format, samples, rate_hz, channels);
  return read_text(folder / "a");
}

const std::vector<std::int16_t> kSamples{0, 1, -1, 256, -32768, 32767, 12345};

/// The value at time i / rate_hz of the tone that tone() samples.
double tone_at(std::size_t i, double rate_hz, double frequency_hz) {
  return 0.5 * std::sin(2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / rate_hz);
}

}  // namespace

BOOST_AUTO_TEST_CASE(sphere_pcm_is_read_in_both_byte_orders) {
  for (const bool big_endian : {false, true}) {
    const Audio audio = decode(pcm_sphere(kSamples, big_endian).bytes());
    BOOST_TEST(audio.rate_hz == 20'000.0);
    BOOST_TEST(audio.samples == as_floats(kSamples), boost::test_tools::per_element());  // 16 bits fit a float
  }
}

BOOST_AUTO_TEST_CASE(sphere_headers_may_be_longer) {
  SphereFile file = pcm_sphere(kSamples);
  file.header_length = "   2048";
  file.header_bytes = 2048;
  BOOST_TEST(decode(file.bytes()).samples == as_floats(kSamples), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sphere_companded_samples_are_expanded) {
  // Entries of the tables of ITU-T G.711, scaled to 16 bits.
  SphereFile file;
  file.sample_bytes = 1;
  file.byte_format = "1";
  file.sample_count = 4;
  file.coding = "ulaw";
  file.payload = {0x00, 0x80, 0xFF, 0xEF};
  BOOST_TEST(decode(file.bytes()).samples == as_floats({-32124, 32124, 0, 132}), boost::test_tools::per_element());
  file.coding = "alaw";
  file.payload = {0x2A, 0xAA, 0xD5, 0x55};
  BOOST_TEST(decode(file.bytes()).samples == as_floats({-32256, 32256, 8, -8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wav_and_flac_hold_the_same_samples) {
  for (const int format : {kWav, kFlac, SF_FORMAT_WAV | SF_FORMAT_PCM_24}) {
    const Audio audio = decode(written(format, kSamples));
    BOOST_TEST(audio.rate_hz == 16'000.0);
    BOOST_TEST(audio.samples == as_floats(kSamples), boost::test_tools::per_element());
  }
  const std::vector<float> floats{0.25F, -3.0F};  // beyond full scale, as programs for sound do write
  BOOST_TEST(decode(written(SF_FORMAT_WAV | SF_FORMAT_FLOAT, floats)).samples == floats,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_wav_of_unknown_length_is_read_to_its_end) {
  std::string bytes = written(kWav, kSamples);
  bytes.replace(bytes.find("data") + 4, 4, "\xFF\xFF\xFF\xFF");  // as a program that writes to a pipe leaves it
  BOOST_TEST(decode(bytes).samples == as_floats(kSamples), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(shorten_is_named_with_the_command_that_converts_it) {
  SphereFile file;
  file.sample_count = 1000;
  file.coding = "pcm,embedded-shorten-v2.00";
  file.payload = {'a', 'j', 'k', 'g', 2, 0, 0};
  check_refused(file.bytes(), "sph2pipe -f wav a.wav");
  file.coding = "pcm";
  check_refused(file.bytes(), "sph2pipe -f wav a.wav");
}

BOOST_AUTO_TEST_CASE(what_is_no_audio_is_refused) {
  check_refused("", "is empty");
  check_refused("these are no samples", "is not a WAV, FLAC or NIST SPHERE file");
  check_refused("RIFF....AVI LIST", "is not a WAV, FLAC or NIST SPHERE file");
  check_refused(written(SF_FORMAT_AIFF | SF_FORMAT_PCM_16, kSamples), "is not a WAV");
  check_refused("NIST_1A\n", "does not say its length");
  check_refused("NIST_1A\nmany\n", "does not say its length");
  check_refused(std::string("RIFF\x10\0\0\0WAVE", 12), "without a data chunk");
}

BOOST_AUTO_TEST_CASE(sphere_headers_that_are_torn_or_absurd_are_refused) {
  SphereFile file = pcm_sphere(kSamples);
  file.header_length = "99999999999";
  check_refused(file.bytes(), "is truncated: its header promises 99999999999 bytes");
  file = pcm_sphere(kSamples);
  file.end = "";
  check_refused(file.bytes(), "without its end_head");
  file = pcm_sphere(kSamples);
  file.coding = "mp3";
  check_refused(file.bytes(), "cannot be decoded");
  for (long SphereFile::*field : {&SphereFile::sample_count, &SphereFile::channel_count, &SphereFile::sample_bytes}) {
    file = pcm_sphere(kSamples);
    file.*field = std::numeric_limits<long>::max();
    check_refused(file.bytes(), "is truncated");
    file.*field = -5;
    check_refused(file.bytes(), " = -5; expected a number from 0 up");
  }
}

BOOST_AUTO_TEST_CASE(absurd_sizes_in_a_wav_are_refused) {
  std::string bytes = written(kWav, kSamples);
  bytes.replace(bytes.find("data") + 4, 4, std::string("\0\0\0\x70", 4));
  check_refused(bytes, "is truncated");
}

BOOST_AUTO_TEST_CASE(a_file_that_ends_early_is_refused_wherever_it_ends) {
  const std::vector<std::int16_t> samples = tone(3000, 16'000.0, 440.0);
  for (const std::string& bytes : {pcm_sphere(samples).bytes(), written(kWav, samples), written(kFlac, samples)}) {
    for (std::size_t kept = 0; kept < bytes.size(); kept += 1 + bytes.size() / 97) {
      BOOST_CHECK_THROW(decode(bytes.substr(0, kept)), TaskError);
    }
    BOOST_CHECK_THROW(decode(bytes.substr(0, bytes.size() - 1)), TaskError);
  }
}

BOOST_AUTO_TEST_CASE(several_channels_odd_rates_and_no_samples_are_refused) {
  check_refused(written(kWav, std::vector<std::int16_t>{1, 2, 3, 4}, 16'000, 2), "has 2 channels; expected one");
  check_refused(written(kWav, kSamples, 8), "has a sample rate of 8 Hz");
  check_refused(written(kWav, std::vector<float>{}), "holds no samples");
  check_refused(pcm_sphere({}).bytes(), "holds no samples");
}

BOOST_AUTO_TEST_CASE(samples_that_are_not_finite_are_refused) {
  constexpr int kFloat = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  check_refused(written(kFloat, std::vector{0.0F, std::numeric_limits<float>::quiet_NaN()}),
                "sample 1 is not a finite number");
  check_refused(written(kFloat, std::vector{std::numeric_limits<float>::infinity()}),
                "sample 0 is not a finite number");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read_are_named) {
  const TemporaryDirectory folder;
  const auto is_named = [&](const TaskError& e) { return std::string(e.what()).starts_with(folder.path().string()); };
  BOOST_CHECK_EXCEPTION(read_audio(folder / "missing.wav"), TaskError, is_named);
  BOOST_CHECK_EXCEPTION(read_audio(folder.path()), TaskError, is_named);
  std::filesystem::create_symlink("loop.wav", folder / "loop.wav");
  BOOST_CHECK_EXCEPTION(read_audio(folder / "loop.wav"), TaskError, is_named);
}

BOOST_AUTO_TEST_CASE(a_tone_keeps_time_and_height_when_it_is_resampled) {
  for (const double from : {8'000.0, 12'500.0, 20'000.0}) {
    const std::vector<std::int16_t> sampled = tone(4000, from, 1'000.0);
    const Audio audio = resample({as_floats(sampled), from}, 16'000.0);
    BOOST_TEST(audio.rate_hz == 16'000.0);
    BOOST_REQUIRE(std::abs(static_cast<double>(audio.samples.size()) - 4000.0 * 16'000.0 / from) <= 1.0);
    // 16-bit rounding is 2e-5 and the interpolator is good for 97 dB; a shift by one sample would be 0.2. The ends,
    // where the tone begins and stops at once, ring.
    for (std::size_t i = 200; i + 200 < audio.samples.size(); ++i) {
      BOOST_REQUIRE_SMALL(static_cast<double>(audio.samples[i]) - tone_at(i, 16'000.0, 1'000.0), 1e-4);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_the_lower_rate_cannot_hold_is_gone) {
  const Audio audio = resample({as_floats(tone(4000, 20'000.0, 9'000.0)), 20'000.0}, 16'000.0);
  for (std::size_t i = 200; i + 200 < audio.samples.size(); ++i) BOOST_REQUIRE_SMALL(audio.samples[i], 1e-4F);
}

BOOST_AUTO_TEST_CASE(rates_that_are_equal_or_too_far_apart) {
  const Audio audio{as_floats(kSamples), 8'000.0};
  BOOST_TEST(resample(audio, 8'000.0).samples == audio.samples, boost::test_tools::per_element());
  BOOST_CHECK_THROW(resample(audio, 8'000'000.0), TaskError);
  BOOST_CHECK_THROW(resample(audio, std::numeric_limits<double>::quiet_NaN()), TaskError);
}
