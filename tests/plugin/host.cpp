#include "host/plugin_host.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>

#include "host/description.hpp"
#include "host/probe.hpp"
#include "plugin/support.hpp"
#include "support/temporary_directory.hpp"

using namespace hetsyn;
using test::Says;
namespace fs = std::filesystem;

namespace {

fs::path plugin_file(const std::string& name) {
  return fs::path(HETSYN_TEST_PLUGINS) / ("hetsyn_task_" + name + ".so");
}

/// The reason why the host refuses this plugin; empty if it does not.
std::string refusal(const std::string& name) {
  const PluginHost host({plugin_file(name)});
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
    {"stray_default", "which is not TOML: a character beyond ASCII outside quotes or after a backslash"},
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
  const LoadedPlugin small = load_plugin(plugin_file("small"));
  BOOST_TEST((small.table.plots == nullptr));
  BOOST_TEST(small.description.open({}, {})->plots(BatchAnswer{}).empty());
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
  const PluginHost host({file});
  BOOST_REQUIRE_EQUAL(host.failures().size(), 1U);
  BOOST_TEST(host.failures().front().reason.find("cannot be loaded") != std::string::npos);
  fs::remove(file);
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_reported) {
  const PluginHost host({"/no/such/place"});
  BOOST_REQUIRE_EQUAL(host.failures().size(), 1U);
  BOOST_TEST(host.failures().front().path == "/no/such/place");
  BOOST_TEST(host.failures().front().reason.find("No such file or directory") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(broken_plugins_do_not_stop_the_others) {
  const PluginHost host(
      {plugin_file("entry_crashes"), plugin_file("everything"), plugin_file("wrong_major"), plugin_file("c_task")});
  BOOST_REQUIRE_EQUAL(host.plugins().size(), 2U);
  BOOST_TEST(host.plugins()[0].name == "c_task");  // sorted by name
  BOOST_TEST(host.plugins()[1].name == "everything");
  BOOST_TEST(host.failures().size() == 2U);
}

BOOST_AUTO_TEST_CASE(of_two_tasks_with_one_name_the_first_is_taken) {
  const PluginHost host({plugin_file("c_task"), plugin_file("duplicate")});
  BOOST_REQUIRE_EQUAL(host.plugins().size(), 1U);
  BOOST_TEST(host.find("c_task").path == plugin_file("c_task"));
  BOOST_REQUIRE_EQUAL(host.failures().size(), 1U);
  BOOST_TEST(host.failures().front().path == plugin_file("duplicate"));
  BOOST_TEST(host.failures().front().reason.find("'c_task' is taken by " + plugin_file("c_task").string()) !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_directory_named_twice_is_searched_once) {
  const PluginHost host({HETSYN_OWN_PLUGINS, HETSYN_OWN_PLUGINS "/../plugins"});
  BOOST_TEST(host.failures().empty());
  BOOST_TEST(host.find("dms").version == "1.0.0");
}

BOOST_AUTO_TEST_CASE(an_unknown_task_is_answered_with_what_there_is) {
  const PluginHost host({plugin_file("c_task"), plugin_file("everything"), plugin_file("wrong_major")});
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

namespace {

/// Whether the library was loaded into this process.
bool is_loaded(const fs::path& library) { return ::dlopen(library.c_str(), RTLD_LAZY | RTLD_NOLOAD) != nullptr; }

/// A folder with plugins of the tests under other names.
struct PluginFolder {
  test::TemporaryDirectory folder;

  fs::path add(const std::string& plugin, const std::string& task) const {
    const fs::path file = folder / ("hetsyn_task_" + task + ".so");
    fs::copy_file(plugin_file(plugin), file);
    return file;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(nothing_is_loaded_before_a_task_is_opened, PluginFolder) {
  const fs::path wanted = add("c_task", "c_task"), other = add("everything", "everything");
  const PluginHost host({folder.path()});
  BOOST_TEST(host.plugins().size() == 2U);
  const TaskPlugin& plugin = host.find("c_task");
  BOOST_TEST(!is_loaded(wanted));
  const auto task = plugin.open({}, {});
  BOOST_TEST(is_loaded(wanted));
  BOOST_TEST(!is_loaded(other));
}

BOOST_FIXTURE_TEST_CASE(the_file_that_is_named_for_a_task_is_asked_alone, PluginFolder) {
  static_cast<void>(add("c_task", "c_task"));
  static_cast<void>(add("entry_hangs", "a"));
  static_cast<void>(add("entry_hangs", "z"));
  const auto start = std::chrono::steady_clock::now();
  BOOST_TEST(PluginHost({folder.path()}).find("c_task").version == "1.0.0");
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(5)));  // the others would take 20
}

BOOST_FIXTURE_TEST_CASE(a_task_is_found_in_a_file_of_another_name, PluginFolder) {
  const fs::path file = add("everything", "another");
  static_cast<void>(add("entry_crashes", "everything"));
  BOOST_TEST(PluginHost({folder.path()}).find("everything").path == file);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_the_user_names_comes_before_folders, PluginFolder) {
  static_cast<void>(add("c_task", "c_task"));
  BOOST_TEST(PluginHost({plugin_file("duplicate"), folder.path()}).find("c_task").path == plugin_file("duplicate"));
}

BOOST_FIXTURE_TEST_CASE(a_plugin_that_was_built_anew_meanwhile_is_not_taken_for_the_old_one, PluginFolder) {
  const fs::path file = add("c_task", "c_task");
  const PluginHost host({folder.path()});
  const TaskPlugin& plugin = host.find("c_task");
  fs::remove(file);
  fs::copy_file(plugin_file("everything"), file);
  BOOST_CHECK_EXCEPTION(plugin.open({}, {}), PluginError,
                        Says({file.string(), "describes itself in another way than a moment ago"}));
}

BOOST_AUTO_TEST_CASE(a_description_survives_the_way_between_processes) {
  for (const char* const name : {"c_task", "everything"}) {
    BOOST_TEST(description_json(probe_plugin(plugin_file(name))) == description_json(test::load_test_plugin(name)));
  }
}

BOOST_AUTO_TEST_CASE(plugins_do_not_share_statics_of_one_name) {
  const TaskPlugin first = test::load_test_plugin("twin_a"), second = test::load_test_plugin("twin_b");
  BOOST_TEST(first.open({}, {})->info().data_name == "1, 1");
  BOOST_TEST(second.open({}, {})->info().data_name == "1, 1");
  BOOST_TEST(first.open({}, {})->info().data_name == "2, 2");
}

BOOST_FIXTURE_TEST_CASE(files_that_everyone_can_write_to_are_refused, PluginFolder) {
  const fs::path file = add("c_task", "c_task");
  const auto reason = [](const fs::path& entry) {
    const std::vector<PluginFailure> failures = PluginHost({entry}).failures();
    return failures.empty() ? "" : failures.front().reason;
  };
  const auto open_to_all = [](const fs::path& place) { return "everyone can write to " + place.string() + ","; };
  BOOST_TEST(reason(folder.path()) == "");
  fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
  BOOST_TEST(reason(folder.path()).starts_with(open_to_all(file)));
  BOOST_TEST(reason(file).starts_with(open_to_all(file)));
  fs::permissions(file, fs::perms::others_write, fs::perm_options::remove);

  fs::permissions(folder.path(), fs::perms::others_write, fs::perm_options::add);
  BOOST_TEST(reason(folder.path()).starts_with(open_to_all(folder.path())));
  BOOST_TEST(reason(file).starts_with(open_to_all(folder.path())));
  BOOST_CHECK_EXCEPTION(static_cast<void>(PluginHost({folder.path()}).find("c_task")), UsageError,
                        Says({"there is no task 'c_task'", file.string() + " was not loaded: everyone can write to"}));
  setenv("HETSYN_ALLOW_WRITABLE_PLUGINS", "1", 1);
  BOOST_TEST(reason(folder.path()) == "");
  unsetenv("HETSYN_ALLOW_WRITABLE_PLUGINS");

  // With the sticky bit others can add files, and cannot replace this one.
  fs::permissions(folder.path(), fs::perms::sticky_bit, fs::perm_options::add);
  BOOST_TEST(reason(folder.path()).starts_with(open_to_all(folder.path())));
  BOOST_TEST(reason(file) == "");
}

BOOST_FIXTURE_TEST_CASE(links_do_not_hide_what_everyone_can_write_to, PluginFolder) {
  fs::create_directories(folder / "open");
  fs::create_directories(folder / "safe");
  fs::permissions(folder / "open", fs::perms::all);
  const fs::path safe = folder / "safe/hetsyn_task_c_task.so", open = folder / "open/hetsyn_task_c_task.so";
  fs::copy_file(plugin_file("c_task"), open);
  fs::create_symlink(open, safe);  // leads there
  BOOST_TEST(PluginHost({safe}).failures().size() == 1U);
  fs::remove(safe);
  fs::rename(open, safe);
  BOOST_TEST(PluginHost({safe}).failures().empty());
  fs::create_symlink(safe, open);  // anybody can let it lead elsewhere
  BOOST_TEST(PluginHost({open}).failures().size() == 1U);
}
