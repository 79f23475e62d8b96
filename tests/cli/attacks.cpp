// What must not happen: output that is lost without a word, files of others that are written through links, waiting for
// a pipe, and names that are no text.
#include <sys/stat.h>

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "cli/wav_tone.hpp"

using namespace hetsyn::test;
namespace fs = std::filesystem;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The program with its standard output in `file`.
Outcome run_into(const std::string& file, const std::vector<std::string>& arguments, const fs::path& directory) {
  return Program(arguments, directory, {"/bin/sh", "-c", "exec \"$0\" \"$@\" > " + file}).wait();
}

}  // namespace

BOOST_AUTO_TEST_CASE(output_that_could_not_be_written_is_a_failure_of_every_verb) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), temporary.path()).exit_code == 0);
  const std::vector<std::vector<std::string>> verbs{{"tasks"},
                                                    {"doctor"},
                                                    {"schema"},
                                                    {"--help"},
                                                    {"--version"},
                                                    {"describe", "--task", "dms"},
                                                    {"report", "run"},
                                                    {"eval", "run"},
                                                    {"eval", "run", "--json"},
                                                    {"analyse", "run"},
                                                    with(small_run("other"), {"--dry-run"}),
                                                    small_run("other")};
  for (const std::vector<std::string>& verb : verbs) {
    const Outcome outcome = run_into("/dev/full", verb, temporary.path());
    BOOST_TEST(outcome.exit_code == 1, verb.front());
    BOOST_TEST(has(outcome.err, "No space left on device"), verb.front() << ": " << outcome.err);
  }
  // The run itself is whole.
  BOOST_TEST(nlohmann::json::parse(read_text(temporary / "other/summary.json")).at("status") == "finished");
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_an_encode_with_a_sentence_and_leaves_no_file) {
  const TemporaryDirectory temporary;
  for (int i = 0; i < 8; ++i) write_tone(temporary / ("audio/" + std::to_string(i) + "_ann_0.wav"), 200.0 + 50.0 * i);
  // No file may grow beyond 8 blocks of 512 bytes: writes fail as on a full disk, and SIGXFSZ is ignored.
  const std::vector<std::string> limited{"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""};
  const Outcome outcome = Program({"encode", "audio", "--out", "new/spikes.h5"}, temporary.path(), limited).wait();
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(has(outcome.err, "error: new/spikes.h5: cannot write: File too large"), outcome.err);
  BOOST_TEST(fs::is_empty(temporary / "new"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_to_is_refused_before_any_work) {
  const TemporaryDirectory temporary;
  write_text(temporary / "sweep.toml", "task = \"dms\"\n[axes]\ntrain.seed = [0]\n");
  write_text(temporary / "file", "mine");
  fs::create_symlink("nowhere", temporary / "dangling");
  write_tone(temporary / "0_ann_0.wav", 200.0);
  const std::map<std::string, std::string> refusals{{"", "--out: expected "},
                                                    {"file", "file: is a file; expected "},
                                                    {"file/below", "file: is a file; expected a folder"},
                                                    {"dangling", "dangling: is a link that leads nowhere; expected "},
                                                    {"dangling/below", "dangling: is a link that leads nowhere; "}};
  const std::vector<std::vector<std::string>> commands{
      small_run("default"), {"sweep", "sweep.toml"}, {"encode", "--split", "train=0_ann_0.wav"}};
  for (const std::vector<std::string>& command : commands) {
    for (const auto& [out, message] : refusals) {
      std::vector<std::string> words = command;
      const auto given = std::ranges::find(words, "default");
      if (given != words.end()) *given = out;
      if (given == words.end()) words = with(words, {"--out", out});
      const Outcome outcome = run_engine(words, temporary.path());
      BOOST_TEST(outcome.exit_code == 2, outcome.err);
      BOOST_TEST(outcome.err.starts_with("error: " + message), outcome.err);
      BOOST_TEST(std::ranges::count(outcome.err, '\n') == 1, outcome.err);
      BOOST_TEST(outcome.out == "");
    }
  }
  BOOST_TEST(read_text(temporary / "file") == "mine");
  BOOST_TEST(!fs::exists(temporary / "nowhere"));
}

/// Ways to run the program with a cache that has no room, which print afterwards what is left in it. With a limit for
/// the size of files, SIGXFSZ is ignored, so that writes fail as on a full disk.
const std::string kThenList = "\"$0\" \"$@\" > /dev/null; code=$?; find cache -type f ! -name '*.lock'; exit $code";
const std::vector<std::vector<std::string>> kFullCaches{
    {"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 4; " + kThenList},
    {"/usr/bin/unshare", "--mount", "/bin/sh", "-c", "mount -t tmpfs -o size=4k tmpfs cache || exit 77; " + kThenList}};

struct FullCache {
  FullCache() {
    ::unsetenv("HETSYN_DATA");
    fs::create_directory(temporary / "cache");
    ::setenv("XDG_CACHE_HOME", (temporary / "cache").c_str(), 1);
  }
  ~FullCache() { ::unsetenv("XDG_CACHE_HOME"); }
  FullCache(const FullCache&) = delete;
  FullCache& operator=(const FullCache&) = delete;

  /// False, with a message, where the machine does not allow to mount.
  [[nodiscard]] bool run(const std::vector<std::string>& arguments, const std::vector<std::string>& launcher) {
    if (launcher[0] != "/bin/sh" && ::geteuid() != 0) return false;
    outcome = Program(arguments, temporary.path(), launcher).wait();
    const bool mounted = outcome.exit_code != 77 && !outcome.err.starts_with("unshare:");
    if (!mounted) BOOST_TEST_MESSAGE("not tested with a full file system: " << outcome.err);
    return mounted;
  }
  TemporaryDirectory temporary;
  Outcome outcome;
};

BOOST_AUTO_TEST_CASE(what_does_not_need_a_full_cache_goes_on_without_it) {
  for (const auto& launcher : kFullCaches) {
    FullCache full;
    for (const char* file :
         {"train/man/ae/1a.wav", "train/man/ae/2a.wav", "test/man/ab/1a.wav", "test/man/ab/2a.wav"}) {
      write_tone(full.temporary / ("corpus/" + std::string(file)), 400.0);
    }
    const std::string corpus = "task.path=" + (full.temporary / "corpus").string();
    if (!full.run({"describe", "--task", "tidigits", "--set", corpus}, launcher)) continue;
    BOOST_TEST(full.outcome.exit_code == 0, full.outcome.err);
    BOOST_TEST(has(full.outcome.err, "; the next run will encode the recordings again"), full.outcome.err);
    BOOST_TEST(!has(full.outcome.out, "cache/"), full.outcome.out);
  }
}

BOOST_AUTO_TEST_CASE(a_standin_for_which_there_is_no_room_is_a_sentence) {
  for (const auto& launcher : kFullCaches) {
    FullCache full;
    const std::vector<std::string> smnist{"--task", "smnist", "--out", "run", "--set", "train.max_steps=1"};
    if (!full.run(smnist, launcher)) continue;
    BOOST_TEST(full.outcome.exit_code == 1, full.outcome.err);
    const bool says_why = has(full.outcome.err, "File too large") || has(full.outcome.err, "No space left on device");
    BOOST_TEST(says_why, full.outcome.err);
    BOOST_TEST(!has(full.outcome.err, "is empty"), full.outcome.err);
    BOOST_TEST(!fs::exists(full.temporary / "run"));
  }
}

BOOST_AUTO_TEST_CASE(an_encode_replaces_nothing_but_spikes) {
  const TemporaryDirectory temporary;
  write_tone(temporary / "0_ann_0.wav", 200.0);
  const std::string sound = read_text(temporary / "0_ann_0.wav");
  fs::create_directories(temporary / "folder");
  fs::create_symlink("nowhere", temporary / "link.h5");
  const auto refused = [&](const std::string& out, const std::string& why) {
    const Outcome outcome = run_engine({"encode", "0_ann_0.wav", "--out", out, "--force"}, temporary.path());
    BOOST_TEST(outcome.exit_code == 2);
    BOOST_TEST(outcome.err == "error: " + out + ": " + why + "\n");
  };
  refused("0_ann_0.wav", "is not an HDF5 file, and --force replaces only those");
  refused("folder", "is a folder or a device; expected the file to write");
  refused("link.h5", "is a link; expected the file itself, or a new one");
  BOOST_TEST(read_text(temporary / "0_ann_0.wav") == sound);
  BOOST_TEST_REQUIRE(run_engine({"encode", "0_ann_0.wav", "--out", "new.h5"}, temporary.path()).exit_code == 0);
  BOOST_TEST(run_engine({"encode", "0_ann_0.wav", "--out", "new.h5", "--force"}, temporary.path()).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_through_links_of_others) {
  const TemporaryDirectory temporary;
  write_text(temporary / "victim", "mine");
  fs::create_directories(temporary / "run/checkpoints");
  for (const char* name : {"config.toml.tmp", "summary.json.tmp", "checkpoints/last.h5.tmp"}) {
    fs::create_symlink(temporary / "victim", temporary / "run" / name);
  }
  fs::remove(temporary / "run/summary.json.tmp");
  const Outcome outcome = run_engine(small_run("run"), temporary.path());
  BOOST_TEST(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(read_text(temporary / "victim") == "mine");

  fs::create_directories(temporary / "logged");
  fs::create_symlink(temporary / "victim", temporary / "logged/log.txt");
  const Outcome refused = run_engine(small_run("logged"), temporary.path());
  BOOST_TEST(refused.exit_code == 1);
  BOOST_TEST(has(refused.err, "logged/log.txt: is a link; expected a file"), refused.err);
  BOOST_TEST(read_text(temporary / "victim") == "mine");
}

BOOST_AUTO_TEST_CASE(a_pipe_is_refused_and_not_waited_for) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(::mkfifo((temporary / "pipe").c_str(), 0666) == 0);
  const Outcome config = run_engine({"--task", "dms", "--config", "pipe"}, temporary.path());
  BOOST_TEST(config.exit_code == 2);
  BOOST_TEST(config.err == "error: pipe: is not an ordinary file\n");
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), temporary.path()).exit_code == 0);
  const Outcome checkpoint = run_engine({"eval", "run", "--checkpoint", "pipe"}, temporary.path());
  BOOST_TEST(checkpoint.exit_code == 1);
  BOOST_TEST(has(checkpoint.err, "pipe: is not an ordinary file"), checkpoint.err);
}

BOOST_AUTO_TEST_CASE(a_directory_with_other_files_is_no_beginning_of_a_run) {
  const TemporaryDirectory temporary;
  for (const char* name : {"notes.txt", "checkpoints/mine.h5"}) {
    fs::create_directories(temporary / "run/checkpoints");
    write_text(temporary / "run" / name, "mine");
    const Outcome outcome = run_engine(small_run("run"), temporary.path());
    BOOST_TEST(outcome.exit_code == 2);
    BOOST_TEST(has(outcome.err, "is neither empty nor a run directory"), outcome.err);
    fs::remove_all(temporary / "run");
  }
}

BOOST_AUTO_TEST_CASE(names_that_are_no_text_end_nothing) {
  const TemporaryDirectory temporary;
  const std::string name = "run\xFF\xC3";
  BOOST_TEST_REQUIRE(run_engine(small_run(name), temporary.path()).exit_code == 0);
  for (const std::vector<std::string>& verb : std::vector<std::vector<std::string>>{
           {"eval", name, "--json"}, {"analyse", name, "--json"}, {"report", name, "--json"}}) {
    const Outcome outcome = run_engine(verb, temporary.path());
    BOOST_TEST(outcome.exit_code == 0, outcome.err);
    BOOST_TEST(nlohmann::json::accept(outcome.out), outcome.out);
  }
}

BOOST_AUTO_TEST_CASE(a_summary_that_was_edited_is_named) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(small_run("run"), temporary.path()).exit_code == 0);
  const std::string whole = read_text(temporary / "run/summary.json");
  const std::map<std::string, std::string> edited{{"{}", ": status is missing"},
                                                  {"[1]", ": expected an object, not a list"},
                                                  {whole.substr(0, 12), ":2:11: is not JSON"},
                                                  {R"({"status": NaN})", ":1:12: is not JSON"},
                                                  {R"({"status": 3})", ": status: expected a text, not 3"},
                                                  {std::string(100000, '['), ": is nested in more than 64 levels"}};
  for (const auto& [content, message] : edited) {
    write_text(temporary / "run/summary.json", content);
    const Outcome outcome = run_engine({"report", "run"}, temporary.path());
    BOOST_TEST(outcome.exit_code == 1);
    BOOST_TEST(outcome.err == "error: run/summary.json" + message + "\n");
  }
}

BOOST_AUTO_TEST_CASE(every_verb_names_the_file_that_was_edited) {
  const TemporaryDirectory temporary;
  const auto run = [&](const std::vector<std::string>& arguments) { return run_engine(arguments, temporary.path()); };
  write_text(temporary / "sweep.toml",
             "task = \"dms\"\n[set]\nmodel.hidden = [4]\ntrain.iterations = 2\ntrain.batch = 2\n"
             "train.evaluation_samples = 4\nrun.threads = 1\n[test]\nperturb.deletion = [0, 0.5]\n");
  BOOST_TEST_REQUIRE(run({"sweep", "sweep.toml", "--out", "sweep"}).exit_code == 0);
  const std::string model = fs::directory_iterator(temporary / "sweep/models")->path().filename();
  const std::string point = fs::directory_iterator(temporary / "sweep/points")->path().filename();
  const std::string summary = "sweep/models/" + model + "/summary.json";
  const std::vector<std::string> analyse{"analyse", "sweep/models/" + model};
  const std::vector<std::string> curve = with(analyse, {"--criterion", "loss<=9"});
  const auto names_it = [&](const std::string& file, const std::vector<std::string>& arguments) {
    const Outcome outcome = run(arguments);
    BOOST_TEST(outcome.exit_code == 1, arguments[0]);
    std::string said = outcome.err;  // by a process of a sweep, in the file of its failure
    for (const auto& failure : fs::directory_iterator(temporary / "sweep/failed")) said += read_text(failure.path());
    BOOST_TEST(has(said, file), said);
    BOOST_TEST(!has(said, "json.exception"), said);
  };
  const std::string whole = read_text(temporary / summary);
  const auto change = [&](const std::string& from, const std::string& to) {
    std::string text = whole;
    write_text(temporary / summary, text.replace(text.find(from), from.size(), to));
  };
  change("\"placement\": []", "\"placement\": [3]");
  names_it(summary + ": placement[0]: expected a text, not 3", analyse);
  fs::remove(temporary / "sweep/points" / point);
  change("\"seed\": 0", "\"seed\": -1");
  names_it(summary + ": seed: expected a whole number from 0 up, not -1", {"sweep", "sweep"});
  write_text(temporary / summary, "{");
  names_it(summary + ":1:2: is not JSON", {"sweep", "sweep", "--retry-failed"});
  write_text(temporary / summary, whole);
  BOOST_TEST(run({"sweep", "sweep", "--retry-failed"}).exit_code == 0);
  write_text(temporary / ("sweep/models/" + model + "/metrics.jsonl"), "{\"step\": \"x\"}\n{\"train\": 3}\n");
  names_it("metrics.jsonl:1: step: expected a whole number from 0 up, not a text", curve);
  write_text(temporary / ("sweep/points/" + point), "{\n}\n");
  const Outcome skipped = run({"report", "sweep"});  // which has another point
  BOOST_TEST(skipped.exit_code == 0, skipped.err);
  BOOST_TEST(has(skipped.out, ": cannot be read: sweep/points/" + point + ": "), skipped.out);
  write_text(temporary / "sweep/plan.json", "{\"points\": {}}");
  names_it("sweep/plan.json: points: expected a list, not an object", {"report", "sweep"});
}

BOOST_AUTO_TEST_CASE(a_lost_terminal_ends_a_run_in_good_order) {
  const TemporaryDirectory temporary;
  Program program(with(small_run("run"), {"--set", "train.iterations=1000000"}), temporary.path());
  BOOST_TEST_REQUIRE(wait_until([&] { return fs::exists(temporary / "run/checkpoints/last.h5"); }));
  program.send(SIGHUP);
  const Outcome outcome = program.wait();
  BOOST_TEST(outcome.exit_code == 130);
  BOOST_TEST(nlohmann::json::parse(read_text(temporary / "run/summary.json")).at("status") == "interrupted");
}

BOOST_DATA_TEST_CASE(a_launcher_that_counts_wrongly_is_refused,
                     (std::vector<std::string>{"-1", "0", "two", "2x", ""})) {
  const TemporaryDirectory temporary;
  const Outcome outcome =
      Program(small_run("run"), temporary.path(), {"/usr/bin/env", "OMPI_COMM_WORLD_SIZE=" + sample}).wait();
  BOOST_TEST(outcome.exit_code == 2);
  BOOST_TEST(has(outcome.err, "OMPI_COMM_WORLD_SIZE=" + sample + ": expected the number of processes"), outcome.err);
}
