// engine encode: from recordings to a file that the shd task reads.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <ostream>

#include "cli/program.hpp"
#include "cli/wav_tone.hpp"

using namespace hetsyn::test;

namespace {

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
    {{"encode", "words", "--out", "words"}, 2, "error: words: is a folder or a device; expected the file to write\n"},
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
    {{"encode", "words", "--out", "s.h5", "--classes", "9, 10,9"}, 2, "error: --classes \"9, 10,9\": names 9 twice\n"},
    {{"encode", "words", "--out", "s.h5", "--speakers", "ann,"}, 2, "error: --speakers \"ann,\": has an empty name\n"},
    {{"encode", "words", "--out", "s.h5", "--classes", "9", "--classes-of", "s.h5"},
     2,
     "error: --classes and --classes-of: expected one of the two\n"},
    {{"encode", "words", "--out", "s.h5", "--classes-of", "none.h5"}, 1, "error: none.h5: is not a file\n"},
    {{"encode", "--out", "s.h5", "--split", "words"},
     2,
     "error: --split words: expected NAME=IN, as in train=recordings/train\n"},
    {{"encode", "empty", "--split", "train=words", "--out", "s.h5"},
     2,
     "error: empty: belongs to no part; expected all recordings in --split NAME=IN, or none\n"},
    {{"encode", "--split", "train=words", "test=words/more", "--out", "s.h5"},
     2,
     "error: words/more/9_bob_0.WAV: is in the parts train and test; expected one\n"},
    {{"encode", "--split", "train=words", "test=empty", "--out", "s.h5", "--encoder", "threshold_crossing"},
     1,
     "error: no recordings (.wav, .flac or .sph) in empty\n"},
    {{"encode", "empty", "--out", "s.h5"}, 1, "error: no recordings (.wav, .flac or .sph) in empty\n"},
    {{"encode", "words", "--out", "s.h5", "--label-pattern", "{label}-*"},
     1,
     "error: words/10_ann_0.wav: its name does not fit --label-pattern {label}-* (--skip-bad leaves such files out)\n"},
    {{"encode", "words", "--out", "s.h5", "--classes", "9"},
     1,
     "error: words/10_ann_0.wav: class 10 is not among --classes (--skip-bad leaves such files out)\n"},
    {{"encode", "words", "--out", "words/10_ann_0.wav/s.h5"},
     2,
     "error: words/10_ann_0.wav: is a file; expected a folder\n"},
};

}  // namespace

BOOST_DATA_TEST_CASE(a_refusal_is_one_sentence_and_writes_nothing, kRefusals) {
  const TemporaryDirectory temporary;
  write_recordings(temporary / "words");
  std::filesystem::create_directory(temporary / "empty");
  const Outcome outcome = run_engine(with(sample.arguments, {"--quiet"}), temporary.path());
  BOOST_TEST(outcome.exit_code == sample.exit_code);
  BOOST_TEST(outcome.err == sample.message);
  const std::filesystem::path out = temporary / "s.h5";
  BOOST_TEST((!std::filesystem::exists(out) || std::filesystem::is_empty(out)));
}

BOOST_AUTO_TEST_CASE(a_link_that_leads_nowhere_is_a_recording_that_cannot_be_used) {
  const TemporaryDirectory temporary;
  write_recordings(temporary / "words");
  std::filesystem::create_symlink("gone.wav", temporary / "words/9_eve_0.wav");
  const Outcome refused = run_engine(kEncode, temporary.path());
  BOOST_TEST(refused.exit_code == 1);
  BOOST_TEST(
      refused.err.find("error: words/9_eve_0.wav: cannot be reached: No such file or directory") != std::string::npos,
      refused.err);
  const Outcome skipped = run_engine(with(kEncode, {"--skip-bad"}), temporary.path());
  BOOST_TEST(skipped.exit_code == 0, skipped.err);
  BOOST_TEST(skipped.out.find("4 recordings in spikes.h5") != std::string::npos, skipped.out);
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

BOOST_AUTO_TEST_CASE(parts_have_the_same_numbers) {
  const TemporaryDirectory temporary;
  write_recordings(temporary / "words");
  write_tone(temporary / "unseen" / "10_bob_1.wav", 330.0);  // neither the class 9 nor the speaker ann
  const std::vector<std::string> encode{"encode", "--encoder", "threshold_crossing"};
  const Outcome both = run_engine(with(encode, {"--split", "train=words", "--split", "test=unseen", "--out", "parts"}),
                                  temporary.path());
  BOOST_TEST_REQUIRE(both.exit_code == 0, both.err);
  BOOST_TEST(both.out.find("5 recordings, 2 classes, 2 speakers; threshold_crossing") != std::string::npos, both.out);
  BOOST_TEST(both.out.find("4 recordings in parts/train.h5") != std::string::npos, both.out);
  BOOST_TEST(both.out.find("1 recordings in parts/test.h5") != std::string::npos, both.out);

  // Alone it has other numbers; with those of the other file the same.
  BOOST_TEST(run_engine(with(encode, {"unseen", "--out", "alone.h5"}), temporary.path()).exit_code == 0);
  BOOST_TEST(run_engine(with(encode, {"unseen", "--out", "given.h5", "--classes", " 9 , 10", "--speakers", "ann,bob"}),
                        temporary.path())
                 .exit_code == 0);
  BOOST_TEST(
      run_engine(with(encode, {"unseen", "--out", "same.h5", "--classes-of", "parts/train.h5"}), temporary.path())
          .exit_code == 0);
  const std::string test = read_text(temporary / "parts/test.h5");
  BOOST_TEST((read_text(temporary / "alone.h5") != test));
  BOOST_TEST((read_text(temporary / "given.h5") == test));
  BOOST_TEST((read_text(temporary / "same.h5") == test));

  write_tone(temporary / "more" / "11_eve_0.wav", 340.0);
  const Outcome other =
      run_engine(with(encode, {"more", "--out", "more.h5", "--classes-of", "parts/train.h5"}), temporary.path());
  BOOST_TEST(other.err ==
             "error: more/11_eve_0.wav: class 11 is not among the classes of parts/train.h5 (--skip-bad leaves such "
             "files out)\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_given_twice_is_taken_once) {
  const TemporaryDirectory temporary;
  write_recordings(temporary / "words");
  const Outcome outcome =
      run_engine(with(kEncode, {"words/9_ann_0.wav", "words/more/../9_ann_0.wav"}), temporary.path());
  BOOST_TEST(outcome.exit_code == 0);
  BOOST_TEST(outcome.err == "warning: 2 files were given more than once; each is taken once\n");
  BOOST_TEST(outcome.out.find("4 recordings in spikes.h5") != std::string::npos, outcome.out);
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
  BOOST_TEST(outcome.err ==
             "\nengine: finishing the current batch; interrupt again to stop at once\nwarning: interrupted; spikes.h5 "
             "was not written\n");
  for (const auto& entry : std::filesystem::directory_iterator(temporary.path())) {
    BOOST_TEST(entry.path().filename().string().find("spikes.h5") == std::string::npos, entry.path());
  }
}
