#include "host/plugin_host.hpp"

#include <algorithm>
#include <cstdlib>

#include "host/probe.hpp"
#include "plugin/support.hpp"

using namespace hetsyn;
using test::Says;
namespace fs = std::filesystem;

namespace {

fs::path plugin_file(const std::string& name) {
  return fs::path(HETSYN_TEST_PLUGINS) / ("hetsyn_task_" + name + ".so");
}

/// The reason why discover() refuses this plugin; empty if it does not.
std::string refusal(const std::string& name) {
  const PluginHost host = PluginHost::discover({plugin_file(name)});
  BOOST_REQUIRE_EQUAL(host.plugins().size() + host.failures().size(), 1U);
  if (host.failures().empty()) return "";
  BOOST_TEST(host.failures().front().path == plugin_file(name));
  return host.failures().front().reason;
}

struct Refusal {
  std::string plugin, reason;
};

const std::vector<Refusal> kRefusals{
    {"wrong_major", "built for task ABI 2.0, this engine takes 1.x"},
    {"no_abi", "built for task ABI 0.0"},
    {"too_small", "its table has 40 bytes"},
    {"zero_size", "its table has 0 bytes"},
    {"null_fill", "no fill function"},
    {"null_name", "no name"},
    {"bad_name", "'two words' is not made of letters"},
    {"bad_default", "'lie' has the default `\"text\"`, which is not a value of its type"},
    {"stray_default", "which is not TOML: a character beyond ASCII outside quotes"},
    {"reserved_key", "'name' has the name that says which task it is"},
    {"default_range", "'lie' has the default 1001 outside its range 0 to 1000"},
    {"entry_null", "returned no table"},
    {"entry_throws", "threw an exception"},
    {"entry_crashes", "crashes when it is loaded: signal 11"},
    {"entry_exits", "ends the process with status 3"},
    {"entry_missing", "does not export hetsyn_task_entry"},
    {"entry_undefined", "a_function_that_no_library_has"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(broken_plugins_are_refused_with_a_reason) {
  for (const Refusal& expected : kRefusals) {
    BOOST_TEST_CONTEXT(expected.plugin) {
      const std::string reason = refusal(expected.plugin);
      BOOST_TEST(reason.find(expected.reason) != std::string::npos, "it says: " << reason);
    }
  }
}

BOOST_AUTO_TEST_CASE(tables_of_other_minor_versions_are_taken) {
  BOOST_TEST(refusal("small") == "");
  BOOST_TEST(refusal("later_minor") == "");
  const TaskPlugin small = test::load_test_plugin("small");
  BOOST_TEST((small.table.plots == nullptr));
  BOOST_TEST(small.open({}, {})->plots(BatchAnswer{}).empty());
}

BOOST_AUTO_TEST_CASE(what_an_earlier_minor_version_does_not_tell_is_absent) {
  const auto task = test::load_test_plugin("earlier_minor").open({}, {});  // 1.2, whose info ends with skipped_why
  const TaskInfo& info = task->info();
  BOOST_TEST(info.data_name == "generated");
  BOOST_TEST(info.data_digest == "");
  BOOST_TEST(info.class_names.empty());
  BOOST_TEST(info.group_names.empty());
  BOOST_TEST(info.events == 0U);
  BOOST_TEST(info.events_lost == 0U);
  BOOST_TEST(task->fill({0, 0, 0, 20, 1.0}).input->spikes.steps.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_plugin_that_hangs_is_given_up) {
  BOOST_CHECK_EXCEPTION(probe_plugin(plugin_file("entry_hangs"), std::chrono::milliseconds(200)), PluginError,
                        Says({"does not come back within 200 ms"}));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_library_is_refused) {
  const fs::path file = fs::temp_directory_path() / "hetsyn_task_text.so";
  std::FILE* out = std::fopen(file.c_str(), "w");
  std::fputs("not a library", out);
  std::fclose(out);
  const PluginHost host = PluginHost::discover({file});
  BOOST_REQUIRE_EQUAL(host.failures().size(), 1U);
  BOOST_TEST(host.failures().front().reason.find("cannot be loaded") != std::string::npos);
  fs::remove(file);
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_reported) {
  const PluginHost host = PluginHost::discover({"/no/such/place"});
  BOOST_REQUIRE_EQUAL(host.failures().size(), 1U);
  BOOST_TEST(host.failures().front().path == "/no/such/place");
  BOOST_TEST(host.failures().front().reason.find("No such file or directory") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(broken_plugins_do_not_stop_the_others) {
  const PluginHost host = PluginHost::discover(
      {plugin_file("entry_crashes"), plugin_file("everything"), plugin_file("wrong_major"), plugin_file("c_task")});
  BOOST_REQUIRE_EQUAL(host.plugins().size(), 2U);
  BOOST_TEST(host.plugins()[0].name == "c_task");  // sorted by name
  BOOST_TEST(host.plugins()[1].name == "everything");
  BOOST_TEST(host.failures().size() == 2U);
}

BOOST_AUTO_TEST_CASE(of_two_tasks_with_one_name_the_first_is_taken) {
  const PluginHost host = PluginHost::discover({plugin_file("c_task"), plugin_file("duplicate")});
  BOOST_REQUIRE_EQUAL(host.plugins().size(), 1U);
  BOOST_TEST(host.find("c_task").path == plugin_file("c_task"));
  BOOST_REQUIRE_EQUAL(host.failures().size(), 1U);
  BOOST_TEST(host.failures().front().path == plugin_file("duplicate"));
  BOOST_TEST(host.failures().front().reason.find("'c_task' is taken by " + plugin_file("c_task").string()) !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_directory_named_twice_is_searched_once) {
  const PluginHost host = PluginHost::discover({HETSYN_OWN_PLUGINS, HETSYN_OWN_PLUGINS "/../plugins"});
  BOOST_TEST(host.failures().empty());
  BOOST_TEST(host.find("dms").version == "1.0.0");
}

BOOST_AUTO_TEST_CASE(an_unknown_task_is_answered_with_what_there_is) {
  const PluginHost host =
      PluginHost::discover({plugin_file("c_task"), plugin_file("everything"), plugin_file("wrong_major")});
  BOOST_CHECK_EXCEPTION(static_cast<void>(host.find("c_tsk")), UsageError,
                        Says({"no task 'c_tsk'", "did you mean \"c_task\"", "known tasks: c_task, everything",
                              plugin_file("wrong_major").string(), "built for task ABI 2.0"}));
}

BOOST_AUTO_TEST_CASE(search_path_takes_options_then_environment) {
  setenv("HETSYN_PLUGIN_PATH", "/c::/d", 1);
  const std::vector<std::string> options{"/a", "/b:/e"};
  const std::vector<fs::path> path = plugin_search_path(options);
  unsetenv("HETSYN_PLUGIN_PATH");
  const std::vector<fs::path> expected{"/a", "/b", "/e", "/c", "/d"};
  BOOST_REQUIRE_GE(path.size(), expected.size());
  BOOST_TEST(std::equal(expected.begin(), expected.end(), path.begin()));
}

BOOST_AUTO_TEST_CASE(the_schema_is_read_as_declared) {
  const TaskPlugin plugin = test::load_test_plugin("everything");
  BOOST_TEST(plugin.version == "2.1.0");
  BOOST_REQUIRE_EQUAL(plugin.keys.size(), 5U);
  BOOST_TEST((plugin.keys[0].type == KeyType::boolean));
  BOOST_TEST(plugin.keys[1].name == "count");
  BOOST_TEST(plugin.keys[1].maximum == 1e6);
  BOOST_TEST(plugin.keys[2].unit == "mV");
  BOOST_TEST(plugin.keys[2].default_value == "0.1");
  BOOST_TEST(plugin.keys[4].default_value == R"("a \"b\" \\ c")");
  BOOST_TEST(std::get<bool>(plugin.defaults[0]) == false);
  BOOST_TEST(std::get<std::int64_t>(plugin.defaults[1]) == 3);
  BOOST_TEST(std::get<double>(plugin.defaults[2]) == 0.1);
  BOOST_TEST(std::get<std::string>(plugin.defaults[4]) == R"(a "b" \ c)");
  const TaskPlugin c_task = test::load_test_plugin("c_task");
  BOOST_TEST(c_task.keys[2].choices == (std::vector<std::string>{"left", "right", "both"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(values_that_do_not_fit_the_schema_are_refused) {
  const TaskPlugin plugin = test::load_test_plugin("c_task");
  const std::vector<NamedValue> unknown{{"burst", std::int64_t{1}}};
  BOOST_CHECK_EXCEPTION(plugin.open(unknown, {}), ConfigError, Says({"task.burst", "did you mean \"bursts\""}));
  const std::vector<NamedValue> mistyped{{"bursts", 1.0}};
  BOOST_CHECK_EXCEPTION(plugin.open(mistyped, {}), ConfigError, Says({"task.bursts"}));
}
