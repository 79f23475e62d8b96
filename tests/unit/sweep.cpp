#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <set>

#include "support/temporary_directory.hpp"
#include "sweep/axis.hpp"
#include "sweep/points.hpp"

using namespace hetsyn;

namespace {

/// The schema of a task with one key and one path.
std::vector<KeySpec> task_keys() {
  std::vector<KeySpec> keys(2);
  keys[0].name = "noise_hz";
  keys[0].default_value = "2.0";
  keys[1].name = "path";
  keys[1].type = KeyType::path;
  keys[1].default_value = "\"\"";
  return keys;
}

struct Files {
  SweepFile read(const std::string& text) const {
    test::write_text(folder / "sweep.toml", text);
    return read_sweep_file((folder / "sweep.toml").string());
  }
  std::vector<SweepModel> expand(const std::string& text) const { return expand_sweep(read(text), task_keys()); }

  test::TemporaryDirectory folder;
};

std::vector<double> numbers(const std::string& axis) {
  std::vector<double> out;
  for (const ConfigValue& value : axis_values({"model.threshold", parse_toml_value(axis, {"test"})})) {
    BOOST_TEST_REQUIRE(value.number(out.emplace_back()));
  }
  return out;
}

std::vector<std::string> hashes(const std::vector<SweepModel>& models) {
  std::vector<std::string> out;
  for (const SweepModel& model : models) {
    out.push_back(model.hash);
    for (const SweepPoint& point : model.points) out.push_back(point.hash);
  }
  return out;
}

/// Runs `body` and returns the message of its ConfigError.
template <class Body>
std::string complaint(Body body) {
  try {
    body();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sweep, Files)

BOOST_AUTO_TEST_CASE(ranges_hold_both_ends) {
  using List = std::vector<double>;
  BOOST_TEST(numbers("[3, 1.5]") == (List{3, 1.5}), boost::test_tools::per_element());
  BOOST_TEST(numbers("{ from = 1, to = 2, step = 0.25 }") == (List{1, 1.25, 1.5, 1.75, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(numbers("{ from = 2, to = -2, step = -2 }") == (List{2, 0, -2}), boost::test_tools::per_element());
  BOOST_TEST(numbers("{ from = 0, to = 1, count = 3 }") == (List{0, 0.5, 1}), boost::test_tools::per_element());
  BOOST_TEST(numbers("{ from = 5, count = 3 }") == (List{5, 6, 7}), boost::test_tools::per_element());
  // 0.1 is no binary fraction: eight steps of it must still reach 0.8, by the numbers that a user would write.
  BOOST_TEST(numbers("{ from = 0, to = 0.8, step = 0.1 }") == (List{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(geometric_ranges_have_one_ratio) {
  const std::vector<double> values = numbers("{ log = [1e-4, 1e-2], count = 5 }");
  BOOST_TEST_REQUIRE(values.size() == 5u);
  BOOST_TEST(values.front() == 1e-4);
  BOOST_TEST(values.back() == 1e-2);
  for (std::size_t i = 1; i < values.size(); ++i) {
    BOOST_TEST(values[i] / values[i - 1] == std::sqrt(10.0), boost::test_tools::tolerance(1e-12));  // rounding of pow
  }
  for (const ConfigValue& value : axis_values({"train.batch", parse_toml_value("{ log = [8, 64], count = 4 }", {})})) {
    BOOST_TEST(value.as<std::int64_t>() != nullptr);  // 8, 16, 32, 64
  }
}

BOOST_AUTO_TEST_CASE(draws_repeat_and_follow_their_distribution) {
  const std::string axis = "{ uniform = [2, 4], count = 2000, seed = 1 }";
  const std::vector<double> values = numbers(axis);
  BOOST_TEST(values == numbers(axis), boost::test_tools::per_element());
  BOOST_TEST(values.front() != numbers("{ uniform = [2, 4], count = 1, seed = 2 }").front());
  const auto [low, high] = std::ranges::minmax(values);
  BOOST_TEST((low >= 2.0 && high < 4.0));
  double mean = 0.0;
  for (const double value : values) mean += value / 2000.0;
  // s.d. of the mean 2/√12/√2000 = 0.013; five of them.
  BOOST_TEST(std::abs(mean - 3.0) < 0.065);
  double log_mean = 0.0;
  for (const double value : numbers("{ log_uniform = [1, 100], count = 2000, seed = 1 }")) {
    log_mean += std::log10(value) / 2000.0;
  }
  BOOST_TEST(std::abs(log_mean - 1.0) < 0.065);  // the same bound: log10 is uniform over an interval of 2
  double squares = 0.0;
  for (const double value : numbers("{ normal = [5, 2], count = 2000, seed = 1 }")) {
    squares += (value - 5.0) * (value - 5.0) / 2000.0;
  }
  // Variance 4, its s.d. 4·√(2/2000) = 0.126; five of them.
  BOOST_TEST(std::abs(squares - 4.0) < 0.63);
  const auto chosen =
      axis_values({"model.hidden", parse_toml_value("{ choice = [[8], [8, 8], 3], count = 300, seed = 1 }", {})});
  BOOST_TEST(chosen.size() == 300U);
  const auto whole =
      std::ranges::count_if(chosen, [](const ConfigValue& v) { return v.as<std::int64_t>() != nullptr; });
  BOOST_TEST((whole > 60 && whole < 140));  // 100 expected, s.d. 8; five of them
  const auto first = [](const char* key) {
    return axis_values({key, parse_toml_value("{ uniform = [0, 1], count = 1, seed = 1 }", {})}).front();
  };
  BOOST_TEST(*first("train.learning_rate").as<double>() != *first("model.dropout").as<double>());
}

BOOST_AUTO_TEST_CASE(axes_multiply_and_zips_go_together) {
  const auto models = expand(R"(task = "t"
[axes]
model.dropout = [0, 0.1, 0.2]
train.seed = { from = 3, count = 2 }
[[zip]]
"model.neuron" = ["hom_lif", "hetsyn_lif"]
model.recurrent = [true, false]
)");
  BOOST_TEST_REQUIRE(models.size() == 3u * 2u * 2u);
  std::set<std::string> names, pairs;
  for (const SweepModel& model : models) {
    names.insert(model.hash);
    pairs.insert(model.settings.at("model.neuron") + model.settings.at("model.recurrent"));
    BOOST_TEST(model.points.size() == 1u);
  }
  BOOST_TEST(names.size() == models.size());
  BOOST_TEST((pairs == std::set<std::string>{"\"hom_lif\"true", "\"hetsyn_lif\"false"}));
  // All conditions with the first seed come first, so that a sweep that is broken off is balanced.
  for (std::size_t i = 0; i < models.size(); ++i) BOOST_TEST(models[i].seed == (i < 6 ? 3u : 4u));
}

BOOST_AUTO_TEST_CASE(several_axes_are_united_without_repetition) {
  const auto models = expand(R"(task = "t"
[[axes]]
model.dropout = [0, 0.1]
[[axes]]
model.threshold = [1.0, 2.0]
[[test]]
perturb.deletion = [0, 0.1]
[[test]]
perturb.addition = [0, 0.01, 0.02]
)");
  BOOST_TEST(models.size() == 3u);                                               // dropout 0 is threshold 1
  for (const SweepModel& model : models) BOOST_TEST(model.points.size() == 4u);  // deletion 0 is addition 0
}

BOOST_AUTO_TEST_CASE(a_name_is_of_what_is_computed) {
  const std::string head = "task = \"t\"\n";
  const auto plain = hashes(expand(head));
  BOOST_TEST_REQUIRE(plain.size() == 2u);
  const auto same = [&](const std::string& text) { return hashes(expand(head + text)) == plain; };
  BOOST_TEST(same("[set]\nrun.threads = 7\n"));
  BOOST_TEST(same("[axes]\nmodel.threshold = [1]\n"));  // the default, written
  BOOST_TEST(same("[base.model]\nthreshold = 1.0\n"));
  BOOST_TEST(!same("[set]\ntask.noise_hz = 3\n"));
  BOOST_TEST(!same("[set]\ntrain.max_steps = 3\n"));
  const auto damaged = hashes(expand(head + "[test]\nperturb.deletion = [0.5]\n"));
  BOOST_TEST(damaged[0] == plain[0]);  // the same network
  BOOST_TEST(damaged[1] != plain[1]);
  const auto last = hashes(expand("checkpoint = \"last\"\n" + head));
  BOOST_TEST(last[0] == plain[0]);
  BOOST_TEST(last[1] != plain[1]);
}

BOOST_AUTO_TEST_CASE(a_written_sweep_is_the_same_sweep_from_anywhere) {
  test::write_text(folder / "base.toml", "[task]\nname = \"t\"\npath = \"somewhere\"\n[model]\nhidden = [3]\n");
  SweepFile sweep = read(R"(base = "base.toml"
checkpoint = "last"
[set]
model.tau_synapse_ms = { uniform = [5, 20] }
[[axes]]
model.hidden = [[4], [5, 6]]
[[axes]]
task.path = ["a", "/b"]
[[zip]]
model.dropout = [0.1, 0.2]
model.neuron = ["hom_lif", "het_lif"]
[test]
perturb.jitter_ms = { from = 0, to = 4, count = 2 }
)");
  BOOST_TEST(sweep.task == "t");
  make_paths_absolute(sweep, task_keys());
  const std::string text = write_sweep_file(sweep);
  BOOST_TEST(has(text, (std::filesystem::current_path() / "somewhere").string()), text);
  BOOST_TEST(has(text, (std::filesystem::current_path() / "a").string()), text);
  const auto names = hashes(expand_sweep(sweep, task_keys()));
  BOOST_TEST(names.size() == 8u * 3u);
  BOOST_TEST(names == hashes(expand(text)), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_set_later_wins) {
  SweepFile sweep = read("task = \"t\"\n[set]\nmodel.dropout = 0.1\n");
  add_setting(sweep, "--set", "model.dropout=0.3");
  const auto models = expand_sweep(sweep, task_keys());
  BOOST_TEST(read_config(models.front().document, "t", task_keys()).model.dropout == 0.3);
}

struct Mistake {
  const char* text;
  const char* message;
};
std::ostream& operator<<(std::ostream& out, const Mistake& mistake) { return out << mistake.message; }
const std::vector<Mistake> kMistakes{
    {"axis = 1\n", ":2: unknown table [axis]; did you mean \"axes\"?"},
    {"[axes]\nmodel.dropout = 0.1\n", ":3: model.dropout = 0.1: expected a list"},
    {"[axes]\nmodel.dropout = []\n", "expected at least one value"},
    {"[axes]\nmodel.dropuot = [0.1]\n", ":3: unknown key model.dropuot; did you mean \"dropout\"?"},
    {"[axes]\nmodel.dropout = [0.1, 7]\n", ":3: model.dropout = 7: expected a number from 0 to"},
    {"[axes]\nmodel.dropout = { from = 0, to = 1 }\n", ":3: model.dropout = "},
    {"[axes]\nmodel.dropout = { from = 0, to = 1, step = -1 }\n", "expected a step that leads from `from` to `to`"},
    {"[axes]\nmodel.dropout = { from = 0, to = 1, step = 1e-9 }\n", "expected at most 100000 values"},
    {"[axes]\nmodel.dropout = { log = [0, 1], count = 3 }\n", "expected two numbers above 0"},
    {"[axes]\nmodel.dropout = { uniform = [0, 1], count = 3 }\n", "expected a seed of 0 or more"},
    {"[axes]\nmodel.dropout = { uniform = [0, 1], count = 0, seed = 1 }\n", "expected a count from 1 to 100000"},
    {"[axes]\nmodel.dropout = { uniform = [0, 1], cuont = 3, seed = 1 }\n", ":3: model.dropout = "},
    {"[axes]\nmodel.dropout = { uniform = [1, 0], count = 3, seed = 1 }\n", "expected [low, high] with low < high"},
    {"[axes]\nmodel.dropout = { choice = [], count = 3, seed = 1 }\n", "expected a list of at least one value"},
    {"[axes]\nmodel.dropout = { log_uniform = [1, 0.1], count = 3, seed = 1 }\n",
     "expected [low, high] with low < high"},
    {"[axes]\nmodel.dropout = { normal = [1, -1], count = 3, seed = 1 }\n",
     "expected [mean, standard deviation] with a standard deviation above 0"},
    {"[axes]\nperturb.deletion = [0.1]\n", "expected perturb.* in [test]: training is always clean"},
    {"[axes]\nrun.threads = [1, 2]\n", "expected run.* in [set]"},
    {"[test]\nmodel.dropout = [0.1]\n", "expected keys of [perturb], or keys that say what the samples are, in [test]"},
    {"[axes]\ndropout = [0.1]\n", "expected a key with its table, as in train.batch = …"},
    {"[axes]\nmodel.dropout = [0.1]\n[[zip]]\nmodel.dropout = [0.2]\n",
     ":5: model.dropout = 0.2: expected each key on one axis only"},
    {"[set]\ntrain.batch = 3\n[axes]\ntrain.batch = [1, 2]\n",
     ":3: train.batch = 3: expected a key that is not an axis of the sweep"},
    {"[set]\ntrain.iterations = 9\n[axes]\ntrain.epochs = [1, 2]\n",
     ":5: train.epochs = 1 has no effect, as the length of the run is set by train.iterations = 9 ("},
    {"[[zip]]\nmodel.dropout = [0.1]\nmodel.threshold = [1, 2]\n", "expected 1 values, as many as model.dropout"},
    {"split = \"tset\"\n", ":2: split = \"tset\": expected one of \"test\", \"validation\", \"train\""},
    {"base = \"nothing.toml\"\n", "expected the path of a config, relative to this file; there is no "},
    {"[axes]\ntrain.seed = { from = 0, count = 2000 }\ntrain.epochs = { from = 1, count = 2000 }\n",
     "expected axes of at most 1000000 points together"},
};

BOOST_DATA_TEST_CASE(mistakes_are_named_with_their_place, kMistakes) {
  const std::string message = complaint([&] { expand(std::string("task = \"t\"\n") + sample.text); });
  BOOST_TEST(has(message, sample.message), message);
  BOOST_TEST(has(message, "sweep.toml:"), message);
}

BOOST_AUTO_TEST_SUITE_END()
