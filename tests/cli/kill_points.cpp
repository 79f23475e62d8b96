// A run, an evaluation, a sweep and an encode, killed before each of their calls that change the disk: what is done
// again gives bit for bit the same results as without interruption, and no incomplete file counts as complete.
#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/program.hpp"
#include "cli/small_result.hpp"
#include "cli/wav_tone.hpp"

using namespace hetsyn;
using namespace hetsyn::test;
namespace fs = std::filesystem;

namespace {

constexpr int kMostCalls = 2000;  // more than any of these programs makes

/// Starts the program so that it is killed before its call number `call`.
Outcome run_killed(const std::vector<std::string>& arguments, const fs::path& directory, int call) {
  return Program(arguments, directory,
                 {"/usr/bin/env", "LD_PRELOAD=" HETSYN_KILL_AT_LIBRARY, "HETSYN_KILL_AT=" + std::to_string(call)})
      .wait();
}

/// Calls check(call) with the number of each call before which the program was killed, until it is not killed any more;
/// some in between are left out where `stride` is larger than 1. Returns how often it was killed.
template <class Attack>
int kill_everywhere(int stride, Attack attack) {
  int killed = 0;
  for (int call = 0; call < kMostCalls; call += stride) {
    if (!attack(call)) {
      BOOST_TEST_MESSAGE(killed << " kills");
      return killed;
    }
    ++killed;
  }
  BOOST_TEST(false, "the program never came to its end");
  return killed;
}

/// Under a sanitizer every start takes long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kStride = 17;
#else
constexpr int kStride = 1;
#endif

using Names = std::set<std::string>;

Names names_in(const fs::path& folder) {
  Names names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

std::vector<std::string> tiny_run(const std::string& out) {
  return with(small_run(out), {"--set", "run.checkpoint_every_steps=5", "--resume"});
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_killed_anywhere_is_continued_bit_for_bit) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(tiny_run("whole"), temporary.path()).exit_code == 0);
  const Result whole = result_of(temporary / "whole");
  const int killed = kill_everywhere(kStride, [&](int call) {
    const std::string out = "run" + std::to_string(call);
    if (run_killed(tiny_run(out), temporary.path(), call).signal != SIGKILL) return false;
    const Outcome continued = run_engine(tiny_run(out), temporary.path());
    BOOST_TEST_REQUIRE(continued.exit_code == 0, "killed before call " << call << ": " << continued.err);
    check_equal(result_of(temporary / out), whole);
    BOOST_TEST(read_text(temporary / out / "checkpoints/last.h5") ==
               read_text(temporary / "whole/checkpoints/last.h5"));
    fs::remove_all(temporary / out);
    return true;
  });
  BOOST_TEST(killed > (kStride == 1 ? 30 : 1));
}

BOOST_AUTO_TEST_CASE(a_run_killed_anywhere_while_it_is_made_longer_is_the_longer_run_and_says_so) {
  const TemporaryDirectory temporary;
  const auto longer = [](const std::string& out) { return with(tiny_run(out), {"--set", "train.iterations=30"}); };
  BOOST_TEST_REQUIRE(run_engine(longer("whole"), temporary.path()).exit_code == 0);
  BOOST_TEST_REQUIRE(run_engine(tiny_run("ended"), temporary.path()).exit_code == 0);
  const Result whole = result_of(temporary / "whole");
  const int killed = kill_everywhere(kStride, [&](int call) {
    fs::copy(temporary / "ended", temporary / "run", fs::copy_options::recursive);
    if (run_killed(longer("run"), temporary.path(), call).signal != SIGKILL) return false;
    const Outcome continued = run_engine(longer("run"), temporary.path());
    BOOST_TEST_REQUIRE(continued.exit_code == 0, "killed before call " << call << ": " << continued.err);
    check_equal(result_of(temporary / "run"), whole);
    const auto summary = nlohmann::json::parse(read_text(temporary / "run/summary.json"));
    BOOST_TEST(summary["extended"].dump() == R"([{"from":24,"step":24,"to":30}])", "killed before call " << call);
    fs::remove_all(temporary / "run");
    return true;
  });
  BOOST_TEST(killed > (kStride == 1 ? 10 : 0));
}

BOOST_AUTO_TEST_CASE(an_evaluation_killed_anywhere_leaves_the_run_as_it_was) {
  const TemporaryDirectory temporary;
  BOOST_TEST_REQUIRE(run_engine(tiny_run("run"), temporary.path()).exit_code == 0);
  const std::string before = read_text(temporary / "run/summary.json");
  kill_everywhere(kStride, [&](int call) {
    return run_killed({"eval", "run", "--json"}, temporary.path(), call).signal == SIGKILL;
  });
  BOOST_TEST(read_text(temporary / "run/summary.json") == before);
  BOOST_TEST(run_engine({"eval", "run", "--json"}, temporary.path()).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(a_sweep_killed_anywhere_loses_no_point) {
  const TemporaryDirectory temporary;
  write_text(temporary / "sweep.toml",
             "task = \"dms\"\n[set]\nmodel.hidden = [4]\ntrain.iterations = 2\ntrain.batch = 2\n"
             "train.evaluation_samples = 4\nrun.threads = 1\n[axes]\ntrain.seed = [0, 1]\n"
             "[test]\nperturb.deletion = [0, 0.5]\n");
  const auto sweep = [](const std::string& out) {
    return std::vector<std::string>{"sweep", "sweep.toml", "--out", out};
  };
  const auto metrics = [&](const std::string& out) {
    std::map<std::string, nlohmann::json> points;
    for (const auto& file : fs::directory_iterator(temporary / out / "points")) {
      if (file.path().extension() != ".json") continue;
      points[file.path().filename()] = nlohmann::json::parse(read_text(file.path())).at("metrics");
    }
    return points;
  };
  BOOST_TEST_REQUIRE(run_engine(sweep("whole"), temporary.path()).exit_code == 0);
  const auto whole = metrics("whole");
  BOOST_TEST_REQUIRE(whole.size() == 4u);
  // The library counts in each process; a child is killed where the parent has passed that call already.
  int killed = 0;
  for (int call = 0; call < 60; call += kStride * 2) {
    const std::string out = "sweep" + std::to_string(call);
    const Outcome outcome = run_killed(sweep(out), temporary.path(), call);
    killed += outcome.signal == SIGKILL || outcome.exit_code != 0 ? 1 : 0;
    BOOST_TEST(wait_until([&] {  // children of a killed sweep end by themselves
      run_engine(with(sweep(out), {"--retry-failed"}), temporary.path());
      return metrics(out).size() == whole.size();
    }));
    BOOST_TEST((metrics(out) == whole), "killed before call " << call);
    fs::remove_all(temporary / out);
  }
  BOOST_TEST_MESSAGE(killed << " kills");
}

BOOST_AUTO_TEST_CASE(an_encode_killed_anywhere_leaves_no_file_or_the_whole_one) {
  const TemporaryDirectory temporary;
  write_tone(temporary / "audio/0_anna_0.wav", 300.0);
  write_tone(temporary / "audio/1_anna_1.wav", 600.0);
  const std::vector<std::string> encode{"encode", "audio", "--out", "spikes.h5", "--encoder", "threshold_crossing"};
  BOOST_TEST_REQUIRE(run_engine(encode, temporary.path()).exit_code == 0);
  const std::string whole = read_text(temporary / "spikes.h5");
  fs::remove(temporary / "spikes.h5");
  kill_everywhere(kStride, [&](int call) {
    const Outcome outcome = run_killed(encode, temporary.path(), call);
    if (fs::exists(temporary / "spikes.h5")) {
      BOOST_TEST((read_text(temporary / "spikes.h5") == whole), "killed before call " << call);
    }
    if (outcome.signal != SIGKILL) return false;
    fs::remove(temporary / "spikes.h5");
    BOOST_TEST(run_engine(encode, temporary.path()).exit_code == 0);
    BOOST_TEST((names_in(temporary.path()) == Names{"audio", "err.txt", "out.txt", "spikes.h5"}),
               "killed before call " << call);
    fs::remove(temporary / "spikes.h5");
    return true;
  });
}

BOOST_AUTO_TEST_CASE(a_process_killed_anywhere_while_it_encodes_a_corpus_leaves_nothing_behind_the_next) {
  const TemporaryDirectory temporary;
  for (const char* file : {"train/man/ae/1a.wav", "train/man/ae/2a.wav", "test/man/ab/1a.wav", "test/man/ab/2a.wav"}) {
    write_tone(temporary / ("corpus/" + std::string(file)), 400.0);
  }
  ::unsetenv("HETSYN_DATA");
  ::setenv("XDG_CACHE_HOME", (temporary / "cache").c_str(), 1);
  const std::vector<std::string> describe{"describe", "--task", "tidigits", "--set",
                                          "task.path=" + (temporary / "corpus").string()};
  const fs::path spikes = temporary / "cache/hetsyn/spikes";
  BOOST_TEST_REQUIRE(run_engine(describe, temporary.path()).exit_code == 0);
  const Names names = names_in(spikes);
  BOOST_TEST_REQUIRE(names.size() == 1u);
  const std::string whole = read_text(spikes / *names.begin());
  const int killed = kill_everywhere(kStride, [&](int call) {
    fs::remove_all(temporary / "cache");
    if (run_killed(describe, temporary.path(), call).signal != SIGKILL) return false;
    BOOST_TEST(run_engine(describe, temporary.path()).exit_code == 0);
    BOOST_TEST((names_in(spikes) == names), "killed before call " << call);
    BOOST_TEST((read_text(spikes / *names.begin()) == whole), "killed before call " << call);
    return true;
  });
  ::unsetenv("XDG_CACHE_HOME");
  BOOST_TEST(killed > (kStride == 1 ? 5 : 0));
}
