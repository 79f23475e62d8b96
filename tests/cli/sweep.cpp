// Sweeps: what they leave behind, and that they go on after whatever happened to them.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"

using namespace hetsyn::test;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

/// Four networks that never learn anything, at three points each.
constexpr const char* kSweep = R"(task = "dms"
[set]
model.hidden = [8]
train.iterations = 24
train.iterations_per_epoch = 6
train.batch = 4
train.evaluation_samples = 16
run.checkpoint_every_steps = 2
run.threads = 1
[axes]
model.neuron = ["hetsyn_lif", "hom_lif"]
train.seed = { from = 0, count = 2 }
[test]
perturb.deletion = [0, 0.2, 0.4]
)";

struct Sweep {
  explicit Sweep(const std::string& text = kSweep) { write_text(folder / "sweep.toml", text); }

  Outcome run(const std::vector<std::string>& more) const {
    return run_engine(with({"sweep", "sweep.toml", "--out", "out"}, more), folder.path());
  }
  /// Name and content of the files of one kind.
  [[nodiscard]] std::map<std::string, Json> files(const std::string& kind) const {
    std::map<std::string, Json> out;
    if (!fs::exists(folder / "out" / kind)) return out;
    for (const auto& entry : fs::directory_iterator(folder / "out" / kind)) {
      if (entry.path().extension() == ".json") {
        out[entry.path().filename().string()] = Json::parse(read_text(entry.path()));
      }
    }
    return out;
  }
  /// The metrics of each point, which depend on nothing but its config.
  [[nodiscard]] std::map<std::string, Json> metrics() const {
    std::map<std::string, Json> out;
    for (const auto& [name, point] : files("points")) out[name] = point.at("metrics");
    return out;
  }
  /// When each finished point was written. A file that a child of a killed sweep is still at is not a point yet.
  [[nodiscard]] std::map<std::string, fs::file_time_type> times() const {
    std::map<std::string, fs::file_time_type> out;
    for (const auto& entry : fs::directory_iterator(folder / "out" / "points")) {
      if (entry.path().extension() == ".json") out[entry.path().filename().string()] = entry.last_write_time();
    }
    return out;
  }

  TemporaryDirectory folder;
};

const std::map<std::string, Json>& undisturbed() {
  static const std::map<std::string, Json> metrics = [] {
    const Sweep sweep;
    BOOST_TEST_REQUIRE(sweep.run({}).exit_code == 0);
    return sweep.metrics();
  }();
  return metrics;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(each_point_is_a_file_and_each_network_trained_once) {
  const Sweep sweep;
  const Outcome outcome = sweep.run({"--jobs", "2"});
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(has(outcome.out, "12 points: 12 finished, 0 failed, 0 missing"), outcome.out);
  BOOST_TEST(outcome.out.find('\x1b') == std::string::npos);  // no table where nobody watches
  BOOST_TEST((sweep.metrics() == undisturbed()));             // with one job
  const fs::path models = sweep.folder / "out" / "models";
  BOOST_TEST(std::distance(fs::directory_iterator(models), fs::directory_iterator()) == 4);
  for (const auto& [name, point] : sweep.files("points")) {
    BOOST_TEST(name == point.at("hash").get<std::string>() + ".json");
    if (point.at("settings").at("perturb.deletion") != 0.0) continue;
    // The undamaged point is the run's own evaluation of its best epoch.
    const Json summary = Json::parse(read_text(models / point.at("model").get<std::string>() / "summary.json"));
    BOOST_TEST(point.at("metrics").at("loss") == summary.at("metrics").at("test").at("loss").at("best_validation"));
  }
}

BOOST_AUTO_TEST_CASE(finished_points_are_kept_and_new_ones_added) {
  const Sweep sweep;
  BOOST_TEST_REQUIRE(sweep.run({}).exit_code == 0);
  const auto before = sweep.times();
  BOOST_TEST(run_engine({"sweep", "out"}, sweep.folder.path()).exit_code == 0);
  BOOST_TEST((sweep.times() == before));
  std::string longer = kSweep;
  longer.replace(longer.find("0.4]"), 4, "0.4, 0.6]");
  write_text(sweep.folder / "sweep.toml", longer);
  BOOST_TEST(sweep.run({}).exit_code == 0);
  const auto after = sweep.times();
  BOOST_TEST(after.size() == 16u);
  for (const auto& [name, time] : before) BOOST_TEST((after.at(name) == time));
}

BOOST_AUTO_TEST_CASE(shards_make_the_whole_and_share_nothing) {
  const Sweep sweep;
  std::size_t points = 0;
  for (const char* shard : {"0/3", "1/3", "2/3"}) {
    const auto before = sweep.files("points").size();
    BOOST_TEST(sweep.run({"--shard", shard}).exit_code == 0);
    points += sweep.files("points").size() - before;
  }
  BOOST_TEST(points == 12u);
  BOOST_TEST((sweep.metrics() == undisturbed()));
}

BOOST_AUTO_TEST_CASE(some_seeds_come_first_and_the_others_later) {
  const Sweep sweep;
  BOOST_TEST(sweep.run({"--seeds", "1-7"}).exit_code == 0);
  const auto first = sweep.files("points");
  BOOST_TEST(first.size() == 6u);
  for (const auto& [name, point] : first) BOOST_TEST(point.at("seed") == 1);
  BOOST_TEST(sweep.run({"--seeds", "0-0"}).exit_code == 0);
  BOOST_TEST((sweep.metrics() == undisturbed()));
}

BOOST_AUTO_TEST_CASE(two_programs_on_one_directory_do_not_repeat_each_other) {
  const Sweep sweep;
  fs::create_directory(sweep.folder / "second");
  Program first({"sweep", "sweep.toml", "--out", "out"}, sweep.folder.path());
  Program second({"sweep", "../sweep.toml", "--out", "../out"}, sweep.folder.path() / "second");
  const Outcome a = first.wait(), b = second.wait();
  BOOST_TEST(a.exit_code == 0, a.err);
  BOOST_TEST(b.exit_code == 0, b.err);
  BOOST_TEST((sweep.metrics() == undisturbed()));
  std::size_t trained = 0;
  for (const auto& [name, time] : sweep.files("failed")) BOOST_TEST(false, name << " failed");
  for (const auto& entry : fs::directory_iterator(sweep.folder / "out" / "logs")) {
    const std::string log = read_text(entry.path());
    for (std::size_t at = 0; (at = log.find("run directory", at)) != std::string::npos; ++at) ++trained;
  }
  BOOST_TEST(trained == 4u);
}

BOOST_AUTO_TEST_CASE(a_killed_sweep_goes_on_where_it_was) {
  for (const int later_ms : {0, 40, 90, 150}) {
    const Sweep sweep;
    Program program({"sweep", "sweep.toml", "--out", "out", "--jobs", "2"}, sweep.folder.path());
    BOOST_TEST_REQUIRE(wait_until([&] { return fs::exists(sweep.folder / "out" / "sweep.toml"); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(later_ms));
    program.send(SIGKILL);
    program.wait();
    const auto kept = sweep.times();
    // Its children notice and end by themselves; what they are at is theirs until then.
    BOOST_TEST(wait_until([&] { return sweep.run({}).exit_code == 0 && sweep.files("points").size() == 12u; }));
    BOOST_TEST((sweep.metrics() == undisturbed()), "killed after " << later_ms << " ms");
    BOOST_TEST(sweep.files("failed").empty());
    const auto now = sweep.times();
    for (const auto& [name, time] : kept) BOOST_TEST((now.at(name) == time));
  }
}

BOOST_AUTO_TEST_CASE(an_interrupted_sweep_says_how_to_go_on) {
  std::string slow = kSweep;
  slow.replace(slow.find("iterations = 24"), 15, "iterations = 100000");
  const Sweep sweep(slow);
  Program program({"sweep", "sweep.toml", "--out", "out", "--jobs", "2"}, sweep.folder.path());
  BOOST_TEST_REQUIRE(wait_until([&] {
    const fs::path models = sweep.folder / "out" / "models";
    return fs::exists(models) && std::any_of(fs::directory_iterator(models), fs::directory_iterator(),
                                             [](const auto& run) { return fs::exists(run.path() / "metrics.jsonl"); });
  }));
  // So that it may fork.
  const fs::path process = "/proc/" + std::to_string(program.process());
#ifndef __SANITIZE_THREAD__  // which has a thread of its own
  BOOST_TEST(std::distance(fs::directory_iterator(process / "task"), fs::directory_iterator()) == 1);
#endif
  BOOST_TEST(has(read_text(process / "maps"), "/bin/engine"));
  BOOST_TEST(!has(read_text(process / "maps"), "hetsyn_task_"));
  program.send(SIGINT);
  const Outcome outcome = program.wait();
  BOOST_TEST(outcome.exit_code == 130);
  BOOST_TEST(has(outcome.err, "interrupted; continue with: engine sweep out"), outcome.err);
  BOOST_TEST(sweep.files("failed").empty());
  bool checkpoint = false;
  for (const auto& run : fs::directory_iterator(sweep.folder / "out" / "models")) {
    checkpoint = checkpoint || fs::exists(run.path() / "checkpoints" / "last.h5");
  }
  BOOST_TEST(checkpoint);
}

BOOST_AUTO_TEST_CASE(a_point_that_fails_is_reported_and_tried_again_on_request) {
  std::string text = kSweep;
  text.replace(text.find("[test]"), 6,
               "[[zip]]\nmodel.autapses = [true, false]\nmodel.tie_reset_decay = [true, false]\n[test]");
  const Sweep sweep(text);  // hetsyn_lif refuses a tied reset decay
  const Outcome outcome = sweep.run({});
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(has(outcome.out, "24 points: 18 finished, 6 failed, 0 missing"), outcome.out);
  BOOST_TEST(has(outcome.err, "--retry-failed"), outcome.err);
  const auto failed = sweep.files("failed");
  BOOST_TEST_REQUIRE(failed.size() == 2u);  // two networks of three points each
  BOOST_TEST(has(failed.begin()->second.at("reason"), "tie_reset_decay"));
  const Outcome report = run_engine({"report", "out"}, sweep.folder.path());
  BOOST_TEST(report.exit_code == 0, report.err);
  BOOST_TEST(has(report.out, "Without a result (6 points)"), report.out);
  BOOST_TEST(has(report.out, "failed: "), report.out);
  BOOST_TEST(sweep.files("failed") == failed);

  const auto logs = [&] {
    return fs::file_size(sweep.folder / "out" / "logs" /
                         (failed.begin()->second.at("hash").get<std::string>() + ".txt"));
  };
  const auto before = logs();
  BOOST_TEST(sweep.run({}).exit_code == 1);
  BOOST_TEST(logs() == before);  // not tried again
  BOOST_TEST(sweep.run({"--retry-failed"}).exit_code == 1);
  BOOST_TEST(logs() > before);
}

BOOST_AUTO_TEST_CASE(a_sweep_goes_on_past_an_old_failure) {
  const Sweep sweep;
  BOOST_TEST_REQUIRE(sweep.run({}).exit_code == 0);
  const auto points = sweep.files("points");
  const Json model = points.begin()->second.at("model");
  const auto remove_points = [&](const Json& of_model, double deletion) {
    for (const auto& [name, point] : points) {
      const bool meant = point.at("model") == of_model && point.at("settings").at("perturb.deletion") == deletion;
      if (meant) fs::remove(sweep.folder / "out" / "points" / name);
      if (meant && deletion == 0.0) {
        const Json failure{{"hash", point.at("hash")}, {"settings", point.at("settings")}, {"reason", "an old one"}};
        write_text(sweep.folder / "out" / "failed" / name, failure.dump());
      }
    }
  };
  remove_points(model, 0.0);  // failed before; another point of the network is still to be done
  remove_points(model, 0.2);
  for (const auto& [name, point] : points) {
    if (point.at("model") != model) remove_points(point.at("model"), 0.4);
  }
  const Outcome outcome = sweep.run({});
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(has(outcome.out, "12 points: 11 finished, 1 failed, 0 missing"), outcome.out);
  BOOST_TEST(has(run_engine({"report", "out"}, sweep.folder.path()).out, "failed: an old one"));
  BOOST_TEST(sweep.run({"--retry-failed"}).exit_code == 0);
  BOOST_TEST((sweep.metrics() == undisturbed()));
}

BOOST_AUTO_TEST_CASE(a_metric_that_is_not_finite_ends_no_sweep) {
  const Sweep sweep;
  BOOST_TEST_REQUIRE(sweep.run({}).exit_code == 0);
  Json first;  // of its network: the one whose metric is shown
  for (const auto& [name, point] : sweep.files("points")) {
    if (point.at("settings").at("perturb.deletion") == 0.0) first = point;
  }
  const auto file = [&](const Json& point) {
    return sweep.folder / "out" / "points" / (point.at("hash").get<std::string>() + ".json");
  };
  for (const auto& [name, point] : sweep.files("points")) {
    if (point.at("model") == first.at("model")) fs::remove(file(point));
  }
  first["metrics"]["accuracy"] = nullptr;  // as JSON has what is not finite
  write_text(file(first), first.dump(2) + "\n");
  const Outcome outcome = sweep.run({});
  BOOST_TEST(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(has(outcome.out, "accuracy undefined on generated"), outcome.out);
  BOOST_TEST(has(outcome.out, "12 points: 12 finished, 0 failed, 0 missing"), outcome.out);
  BOOST_TEST(run_engine({"report", "out"}, sweep.folder.path()).exit_code == 0);
}

BOOST_AUTO_TEST_CASE(a_torn_point_is_listed_and_done_again) {
  const Sweep sweep;
  BOOST_TEST_REQUIRE(sweep.run({}).exit_code == 0);
  const auto times = sweep.times();
  const auto next = times.begin();
  const fs::path empty = sweep.folder / "out" / "points" / next->first,
                 half = empty.parent_path() / std::next(next)->first;
  const std::string whole = read_text(half);
  write_text(empty, "");
  write_text(half, whole.substr(0, whole.size() / 2));
  const Outcome report = run_engine({"report", "out"}, sweep.folder.path());
  BOOST_TEST(report.exit_code == 0, report.err);
  BOOST_TEST(has(report.out, "Without a result (2 points)"), report.out);
  for (const fs::path& torn : {empty, half})
    BOOST_TEST(has(report.out, torn.stem().string().substr(0, 16)), report.out);
  BOOST_TEST(has(report.out, "torn: its file ends too early, and engine sweep does it again"), report.out);
  const Outcome again = sweep.run({});
  BOOST_TEST(again.exit_code == 0, again.err);
  BOOST_TEST(has(again.out, "12 points: 10 finished, 0 failed, 2 missing"), again.out);
  BOOST_TEST((sweep.metrics() == undisturbed()));
}

BOOST_AUTO_TEST_CASE(a_report_counts_seeds_and_pairs_models) {
  const Sweep sweep;
  BOOST_TEST_REQUIRE(sweep.run({}).exit_code == 0);
  fs::remove(sweep.folder / "out" / "points" / undisturbed().begin()->first);
  const Outcome outcome = run_engine({"report", "out", "--json"}, sweep.folder.path());
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  const Json report = Json::parse(outcome.out);
  BOOST_TEST(report.at("points") == 12);
  BOOST_TEST(report.at("finished") == 11);
  BOOST_TEST_REQUIRE(report.at("not_counted").size() == 1u);
  BOOST_TEST(report.at("not_counted").at(0).at("reason") == "missing");
  BOOST_TEST(report.at("conditions").size() == 6u);   // 2 models × 3 deletions
  BOOST_TEST(report.at("comparisons").size() == 3u);  // at equal deletion only
  std::size_t counted = 0;
  for (const Json& condition : report.at("conditions")) {
    const Json& accuracy = condition.at("metrics").at("accuracy");
    counted += accuracy.at("n").get<std::size_t>();
    double mean = 0.0;
    for (const auto& [name, point] : sweep.files("points")) {
      if (point.at("settings").at("model.neuron") == condition.at("settings").at("model.neuron") &&
          point.at("settings").at("perturb.deletion") == condition.at("settings").at("perturb.deletion")) {
        mean += point.at("metrics").at("accuracy").get<double>() / accuracy.at("n").get<double>();
      }
    }
    BOOST_TEST(accuracy.at("mean").get<double>() == mean, boost::test_tools::tolerance(1e-12));  // order of a sum
  }
  BOOST_TEST(counted == 11u);
  const std::string csv = run_engine({"report", "out", "--csv"}, sweep.folder.path()).out;
  BOOST_TEST(csv.starts_with("kind,data,model.neuron,perturb.deletion,metric,n,mean,sd,low95,high95\n"), csv);
  BOOST_TEST(has(csv, "\nnot_counted,"), csv);
  BOOST_TEST(has(csv, "\ndifference,generated,hetsyn_lif - hom_lif,0.2,accuracy,"), csv);
}

BOOST_AUTO_TEST_CASE(a_test_may_be_on_other_samples_and_names_them) {
  std::string text = kSweep;
  text.replace(text.find("perturb.deletion"), std::string::npos, "task.delay_ms = [800, 1200]\n");
  const Sweep sweep(text);
  const Outcome outcome = sweep.run({});
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  BOOST_TEST(has(outcome.out, " on generated  "), outcome.out);
  const auto points = sweep.files("points");
  BOOST_TEST(points.size() == 8u);
  for (const auto& [name, point] : points) {
    const double delay_ms = point.at("settings").at("task.delay_ms");
    const Json varied =
        delay_ms == 800.0 ? Json::object() : Json{{"task.delay_ms", {{"recorded", 800.0}, {"given", 1200.0}}}};
    BOOST_TEST(point.at("varied") == varied);
  }
  const fs::path models = sweep.folder / "out" / "models";
  BOOST_TEST(std::distance(fs::directory_iterator(models), fs::directory_iterator()) == 4);
}

BOOST_AUTO_TEST_CASE(a_dry_run_lists_estimates_and_writes_nothing) {
  const Sweep sweep;
  const Outcome outcome = sweep.run({"--dry-run", "--jobs", "2"});
  BOOST_TEST_REQUIRE(outcome.exit_code == 0, outcome.err);
  for (const auto& [name, metrics] : undisturbed()) BOOST_TEST(has(outcome.out, name.substr(0, 16) + " missing"), name);
  BOOST_TEST(has(outcome.out, "4 models to train or to evaluate, 12 points to do"), outcome.out);
  for (const char* part :
       {": 2 models of 0:00, 6 points of 0:00, ", "\nabout 0:00 and ", " MB in all, with 2 at once"}) {
    BOOST_TEST(has(outcome.out, part), outcome.out);
  }
  BOOST_TEST(!fs::exists(sweep.folder / "out"));
}

BOOST_AUTO_TEST_CASE(wrong_use_is_refused_in_one_sentence) {
  const Sweep sweep;
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& message) {
    const Outcome outcome = run_engine(arguments, sweep.folder.path());
    BOOST_TEST(outcome.exit_code == 2, outcome.err);
    BOOST_TEST(has(outcome.err, message), outcome.err);
    BOOST_TEST(std::ranges::count(outcome.err, '\n') == 1, outcome.err);
  };
  refused({"sweep"}, "which sweep?");
  refused({"sweep", "nothing.toml"}, "nothing.toml: no such configuration file");
  refused({"sweep", "."}, ".: is not a sweep directory");
  refused({"sweep", "sweep.toml", "--out", "."}, ".: is neither empty nor a sweep directory");
  refused({"sweep", "sweep.toml", "--jobs", "0"}, "--jobs 0: expected an integer");
  for (const char* shard : {"3/3", "1", "-1/2", "1/2x", "/"}) {
    refused({"sweep", "sweep.toml", "--shard", shard}, "expected i/n with i from 0 to n-1");
  }
  for (const char* seeds : {"3", "2-1", "-1-2", "0-1x", "-"}) {
    refused({"sweep", "sweep.toml", "--seeds", seeds}, "expected first-last, as in 0-9");
  }
  refused({"sweep", "sweep.toml", "--seeds", "7-9"}, "the sweep has no models with these seeds");
  std::string text = kSweep;
  text += "train.batch = [1, 2]\n";
  write_text(sweep.folder / "trains.toml", text);
  refused({"sweep", "trains.toml"},
          "train.batch = [1, 2]: expected keys of [perturb], or keys that say what the samples");
  refused({"sweep", "sweep.toml", "--set", "train.bacth=3"}, "did you mean \"batch\"?");
}

BOOST_AUTO_TEST_CASE(a_sweep_and_its_runs_have_pages) {
  const Sweep sweep;
  BOOST_TEST_REQUIRE(sweep.run({"--seeds", "0-0"}).exit_code == 0);  // half of the points
  const Outcome page = run_engine({"report", "out", "--html", "sweep.html"}, sweep.folder.path());
  if (has(page.err, "built without Plotly.js")) {
    BOOST_TEST(page.exit_code == 1);
    return;
  }
  BOOST_TEST(page.exit_code == 0, page.err);
  BOOST_TEST(has(page.err, "report in sweep.html"), page.err);
  BOOST_TEST(has(read_text(sweep.folder / "sweep.html"), "<title>Sweep of "));
  std::vector<std::string> compare{"report", "--html", "runs.html"};
  for (const auto& model : fs::directory_iterator(sweep.folder / "out" / "models"))
    compare.push_back(model.path().string());
  BOOST_TEST(run_engine(compare, sweep.folder.path()).exit_code == 0);
  BOOST_TEST(has(read_text(sweep.folder / "runs.html"), "<title>Comparison of runs"));
  compare.emplace_back("--watch");
  const Outcome watched = run_engine(compare, sweep.folder.path());
  BOOST_TEST(watched.exit_code == 2);
  BOOST_TEST(has(watched.err, "--watch: expected one run or one sweep"), watched.err);
  const Outcome samples = run_engine({"report", "out", "--html", "sweep.html", "--samples", "0"}, sweep.folder.path());
  BOOST_TEST(samples.exit_code == 2);
  BOOST_TEST(has(samples.err, "--samples: expected one run"), samples.err);
  // All points are there or have failed: nothing is left to watch.
  BOOST_TEST_REQUIRE(sweep.run({}).exit_code == 0);
  BOOST_TEST(run_engine({"report", "out", "--html", "sweep.html", "--watch"}, sweep.folder.path()).exit_code == 0);
}
