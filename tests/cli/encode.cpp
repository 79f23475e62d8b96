// engine encode: from recordings to a file that the shd task reads.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <ostream>

#include "cli/program.hpp"

using namespace hetsyn::test;

namespace {

void append(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
}

/// A tone of 0.1 s as WAV: 16 bits, mono, 8 kHz.
void write_tone(const std::filesystem::path& path, double frequency_hz) {
  std::string samples;
  for (int i = 0; i < 800; ++i) {
    const double value = 8'000.0 * std::sin(2.0 * 3.14159265358979 * frequency_hz * i / 8'000.0);
    append(samples, static_cast<std::uint32_t>(static_cast<std::int32_t>(value)), 2);
  }
  std::string file = "RIFF";
  append(file, static_cast<std::uint32_t>(36 + samples.size()), 4);
  file += "WAVEfmt ";
  for (const auto& [value, bytes] :
       {std::pair{16U, 4}, {1U, 2}, {1U, 2}, {8'000U, 4}, {16'000U, 4}, {2U, 2}, {16U, 2}}) {
    append(file, value, bytes);
  }
  file += "data";
  append(file, static_cast<std::uint32_t>(samples.size()), 4);
  std::filesystem::create_directories(path.parent_path());
  write_text(path, file + samples);
}

/// Four recordings of two classes and two speakers.
void write_recordings(const std::filesystem::path& folder) {
  write_tone(folder / "10_ann_0.wav", 300.0);
  write_tone(folder / "10_bob_0.wav", 320.0);
  write_tone(folder / "9_ann_0.wav", 900.0);
  write_tone(folder / "more" / "9_bob_0.WAV", 950.0);
}

const std::vector<std::string> kEncode{"encode", "words", "--encoder", "threshold_crossing", "--out", "spikes.h5"};

struct Refusal {
  std::vector<std::string> arguments;
  int exit_code;
  std::string message;
};
std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
  for (const std::string& word : refusal.arguments) out << word << ' ';
  return out;
}

const std::vector<Refusal> kRefusals{
    {{"encode"}, 2, "error: what is to be encoded? expected: engine encode IN… --out FILE.h5\n"},
    {{"encode", "words"}, 2, "error: where to? expected --out with the file to write\n"},
    {{"encode", "words", "--out", "s.h5", "--encoder", "laucher"},
     2,
     "error: --encoder laucher: expected one of threshold_crossing, lyon_bsa, lauscher; did you mean \"lauscher\"?\n"},
    {{"encode", "nowhere", "--out", "s.h5"}, 2, "error: nowhere: no such file or folder\n"},
    {{"encode", "words", "--out", "words"}, 2, "error: words: exists already; --force replaces it\n"},
    {{"encode", "words", "--out", "s.h5", "--threads", "two"},
     2,
     "error: --threads two: expected an integer from 0 to 1024\n"},
    {{"encode", "words", "--out", "s.h5", "--label-pattern", "{digit}_*"},
     2,
     "error: --label-pattern {digit}_*: expected {label} or {speaker}, or with a length as in {label:2}, at "
     "\"{digit}_*\"\n"},
    {{"encode", "words", "--out", "s.h5", "--label-pattern", "{speaker}_*"},
     2,
     "error: --label-pattern {speaker}_*: expected a pattern with {label}, or one of fsdd, shd, speech_commands, ti46, "
     "tidigits\n"},
    {{"encode", "empty", "--out", "s.h5"}, 1, "error: no recordings (.wav, .flac or .sph) in empty\n"},
    {{"encode", "words", "--out", "s.h5", "--label-pattern", "{label}-*"},
     1,
     "error: words/10_ann_0.wav: its name does not fit --label-pattern {label}-* (--skip-bad leaves such files out)\n"},
    {{"encode", "words", "--out", "s.h5", "--classes", "9"},
     1,
     "error: words/10_ann_0.wav: class 10 is not among --classes (--skip-bad leaves such files out)\n"},
    {{"encode", "words", "--out", "words/10_ann_0.wav/s.h5"},
     1,
     "error: words/10_ann_0.wav/s.h5: cannot be written: Not a directory\n"},
};

}  // namespace

BOOST_DATA_TEST_CASE(a_refusal_is_one_sentence_and_writes_nothing, kRefusals) {
  const TemporaryDirectory temporary;
  write_recordings(temporary / "words");
  std::filesystem::create_directory(temporary / "empty");
  const Outcome outcome = run_engine(with(sample.arguments, {"--quiet"}), temporary.path());
  BOOST_TEST(outcome.exit_code == sample.exit_code);
  BOOST_TEST(outcome.err == sample.message);
  BOOST_TEST(!std::filesystem::exists(temporary / "s.h5"));
}

BOOST_AUTO_TEST_CASE(the_shd_task_opens_what_was_encoded) {
  const TemporaryDirectory temporary;
  write_recordings(temporary / "words");
  const Outcome encoded = run_engine(kEncode, temporary.path());
  BOOST_TEST(encoded.exit_code == 0, encoded.err);
  BOOST_TEST(encoded.out.find("4 recordings, 2 classes, 2 speakers; threshold_crossing") != std::string::npos);
  BOOST_TEST(encoded.out.find("4 recordings in spikes.h5") != std::string::npos);
  const Outcome described = run_engine({"describe", "--task", "shd", "--set", "task.path=\".\"", "--set",
                                        "task.train_file=\"spikes.h5\"", "--set", "task.test_file=\"spikes.h5\""},
                                       temporary.path());
  BOOST_TEST(described.exit_code == 0, described.err);
  BOOST_TEST(described.out.find("2 outputs") != std::string::npos, described.out);
  BOOST_TEST(described.out.find("test         4 samples") != std::string::npos, described.out);
}

BOOST_AUTO_TEST_CASE(the_file_does_not_depend_on_the_threads) {
  const TemporaryDirectory temporary;
  write_recordings(temporary / "words");
  for (const char* threads : {"1", "3"}) {
    const Outcome outcome = run_engine(
        {"encode", "words", "--threads", threads, "--quiet", "--out", std::string(threads) + ".h5"}, temporary.path());
    BOOST_TEST(outcome.exit_code == 0, outcome.err);
  }
  BOOST_TEST((read_text(temporary / "1.h5") == read_text(temporary / "3.h5")));
  BOOST_TEST(read_text(temporary / "1.h5").size() > 2'000u);
}

BOOST_AUTO_TEST_CASE(bad_files_are_left_out_on_request) {
  const TemporaryDirectory temporary;
  write_recordings(temporary / "words");
  write_text(temporary / "words" / "1_ann_0.wav", "RIFF");
  const Outcome refused = run_engine(with(kEncode, {"--quiet"}), temporary.path());
  BOOST_TEST(refused.exit_code == 1);
  BOOST_TEST(refused.err.find("words/1_ann_0.wav: ") != std::string::npos, refused.err);
  BOOST_TEST(!std::filesystem::exists(temporary / "spikes.h5"));
  const Outcome taken = run_engine(with(kEncode, {"--skip-bad"}), temporary.path());
  BOOST_TEST(taken.exit_code == 0, taken.err);
  BOOST_TEST(taken.err.find("warning: left out: words/1_ann_0.wav: ") != std::string::npos, taken.err);
  BOOST_TEST(taken.err.find("warning: 1 files were left out") != std::string::npos, taken.err);
  BOOST_TEST(taken.out.find("4 recordings in spikes.h5") != std::string::npos, taken.out);
}

BOOST_AUTO_TEST_CASE(an_interrupted_encoding_leaves_nothing) {
  const TemporaryDirectory temporary;
  for (int i = 0; i < 400; ++i) write_tone(temporary / "words" / ("1_ann_" + std::to_string(i) + ".wav"), 200.0 + i);
  Program program({"encode", "words", "--threads", "1", "--out", "spikes.h5"}, temporary.path());
  const auto encoding = [&] {
    return read_text(temporary / "out.txt").find("recordings, 1 classes") != std::string::npos;
  };
  BOOST_TEST(wait_until(encoding));
  program.send(SIGINT);
  const Outcome outcome = program.wait();
  BOOST_TEST(outcome.exit_code == 130);
  BOOST_TEST(
      outcome.err ==
      "\nengine: ending in good order; once more to stop at once\nwarning: interrupted; spikes.h5 was not written\n");
  for (const auto& entry : std::filesystem::directory_iterator(temporary.path())) {
    BOOST_TEST(entry.path().filename().string().find("spikes.h5") == std::string::npos, entry.path());
  }
}
