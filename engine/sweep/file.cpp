#include "sweep/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "config/check.hpp"
#include "config/installed.hpp"
#include "config/schema.hpp"

namespace hetsyn {
namespace {

using Table = ConfigValue::Table;

const Table& table_of(const NamedPlace& at, std::string_view expected) {
  const auto* table = at.value.as<Table>();
  if (table == nullptr) reject(at, expected);
  return *table;
}

/// The keys of a table as "train.batch", whether they are written as [train] batch, train.batch or "train.batch".
Table with_dotted_keys(const NamedPlace& at) {
  Table out;
  for (const ConfigEntry& entry : table_of(at, "a table of keys, as in train.batch = …")) {
    if (entry.key.find('.') != std::string::npos) {
      out.push_back(entry);
      continue;
    }
    const NamedPlace inner{fmt::format("{}.{}", at.key, entry.key), entry.value};
    for (const ConfigEntry& key : table_of(inner, "a key with its table, as in train.batch = …")) {
      out.push_back({fmt::format("{}.{}", entry.key, key.key), key.value});
    }
  }
  for (auto entry = out.begin(); entry != out.end(); ++entry) {
    const auto same = [&](const ConfigEntry& other) { return other.key == entry->key; };
    if (std::any_of(out.begin(), entry, same)) reject({entry->key, entry->value}, "each key once");
  }
  return out;
}

/// The table [name], or all tables [[name]].
std::vector<Table> tables_named(const ConfigDocument& document, const std::string& name) {
  const ConfigValue* written = find(document, name);
  if (written == nullptr) return {};
  if (const auto* list = written->as<ConfigValue::List>()) {
    std::vector<Table> tables;
    for (const ConfigValue& item : *list) tables.push_back(with_dotted_keys({name, item}));
    return tables;
  }
  return {with_dotted_keys({name, *written})};
}

std::string text_named(const ConfigDocument& document, const std::string& name, const std::string& otherwise) {
  const ConfigValue* written = find(document, name);
  if (written == nullptr) return otherwise;
  const auto* text = written->as<std::string>();
  if (text == nullptr) reject({name, *written}, "a text");
  return *text;
}

std::string choice_named(const ConfigDocument& document, const std::string& name, std::vector<std::string> choices) {
  const ConfigValue* written = find(document, name);
  if (written == nullptr) return choices.front();
  KeySpec spec;
  spec.name = name;
  spec.type = KeyType::text;
  spec.choices = std::move(choices);
  return std::get<std::string>(check_scalar(spec, {name, *written}));
}

/// The config in `base`: a table, or the name of a file relative to the sweep file, or of a config that the engine
/// brings along.
ConfigDocument read_base(const ConfigDocument& document, const std::string& sweep) {
  const ConfigValue* written = find(document, "base");
  if (written == nullptr) return {};
  if (const auto* table = written->as<Table>()) return *table;
  const auto* name = written->as<std::string>();
  if (name == nullptr) reject({"base", *written}, "the path of a config, relative to this file");
  const std::filesystem::path beside = std::filesystem::path(sweep).parent_path() / *name;
  const std::filesystem::path path = std::filesystem::exists(beside) ? beside : find_config(*name);
  if (!std::filesystem::exists(path)) {
    reject({"base", *written},
           fmt::format("the path of a config, relative to this file; there is no {}", beside.string()));
  }
  return read_toml_file(path.string());
}

/// Whether an evaluation may change a key: keys of damage and samples.
bool may_be_tested(const std::string& key) {
  if (key.starts_with("task.")) return true;
  const KeyRole role = role_of(key);
  return role == KeyRole::damage || role == KeyRole::samples;
}

/// Throws if a key may not be an axis of training or of the test, or may not be set.
void check_keys(const Table& table, std::string_view where) {
  for (const auto& [key, value] : table) {
    const bool perturbs = key.starts_with("perturb.");
    if (where == "test" && !may_be_tested(key)) {
      reject({key, value},
             "keys of [perturb], or keys that say what the samples are, in [test]; others belong in [axes]");
    }
    if (where == "axes" && perturbs) reject({key, value}, "perturb.* in [test]: training is always clean");
    if (where == "axes" && key.starts_with("run."))
      reject({key, value}, "run.* in [set]: these keys say where a run computes, not what");
    if (key == "task.name") reject({key, value}, "the task as task = \"…\" at the top of the file");
  }
}

void make_absolute(ConfigValue& value) {
  if (auto* text = std::get_if<std::string>(&value.value); text != nullptr && !text->empty()) {
    *text = std::filesystem::absolute(*text).lexically_normal().string();
  } else if (auto* list = std::get_if<ConfigValue::List>(&value.value)) {
    for (ConfigValue& item : *list) make_absolute(item);
  }
}

void make_absolute(Table& table, const std::string& key) {
  for (ConfigEntry& entry : table) {
    if (entry.key == key) make_absolute(entry.value);
  }
}

void make_path_absolute(SweepFile& sweep, const std::string& table, const KeySpec& spec) {
  if (spec.type != KeyType::path) return;
  const auto written = std::ranges::find(sweep.base, table, &ConfigEntry::key);
  if (written != sweep.base.end()) {
    if (auto* keys = std::get_if<Table>(&written->value.value)) make_absolute(*keys, spec.name);
  }
  const std::string key = fmt::format("{}.{}", table, spec.name);
  make_absolute(sweep.set, key);
  for (Table& axes : sweep.axes) make_absolute(axes, key);
  for (Table& zip : sweep.zips) make_absolute(zip, key);
  for (Table& test : sweep.tests) make_absolute(test, key);
}

std::string tables_text(const std::vector<Table>& tables) {
  std::string out;
  for (const Table& table : tables)
    out += fmt::format("{}{}", out.empty() ? "" : ", ", toml_text(ConfigValue{table, {}}));
  return "[" + out + "]";
}

}  // namespace

SweepFile read_sweep_file(const std::string& path) {
  const ConfigDocument document = read_toml_file(path);
  static const std::vector<std::string> kKnown{"task", "split", "checkpoint", "base", "set", "axes", "zip", "test"};
  for (const ConfigEntry& entry : document) {
    if (std::ranges::find(kKnown, entry.key) == kKnown.end()) reject_unknown("", entry, kKnown);
  }
  SweepFile sweep;
  sweep.base = read_base(document, path);
  sweep.task = text_named(document, "task", task_name(sweep.base));
  sweep.split = choice_named(document, "split", {"test", "validation", "train"});
  sweep.checkpoint = choice_named(document, "checkpoint", {"best", "last"});
  if (const ConfigValue* set = find(document, "set")) sweep.set = with_dotted_keys({"set", *set});
  sweep.axes = tables_named(document, "axes");
  sweep.zips = tables_named(document, "zip");
  sweep.tests = tables_named(document, "test");
  check_keys(sweep.set, "set");
  for (const Table& axes : sweep.axes) check_keys(axes, "axes");
  for (const Table& zip : sweep.zips) check_keys(zip, "axes");
  for (const Table& test : sweep.tests) check_keys(test, "test");
  return sweep;
}

void add_setting(SweepFile& sweep, std::string_view option, std::string_view assignment) {
  ConfigDocument document;
  apply_override(document, option, assignment);
  const ConfigEntry& table = document.front();
  const ConfigEntry& entry = table.value.as<Table>()->front();
  const std::string key = fmt::format("{}.{}", table.key, entry.key);
  check_keys({{key, entry.value}}, "set");
  std::erase_if(sweep.set, [&](const ConfigEntry& earlier) { return earlier.key == key; });
  sweep.set.push_back({key, entry.value});
}

void make_paths_absolute(SweepFile& sweep, std::span<const KeySpec> task_keys) {
  for (const KeySpec& spec : task_keys) make_path_absolute(sweep, "task", spec);
  for (const ConfigTable& table : config_schema()) {
    for (const ConfigKey& key : table.keys) make_path_absolute(sweep, table.name, key.spec);
  }
}

std::string write_sweep_file(const SweepFile& sweep) {
  std::string out = "# A sweep; to continue it, call engine sweep with the directory of this file.\n";
  out += fmt::format("task = {}\nsplit = {}\ncheckpoint = {}\n", toml_text(std::string_view(sweep.task)),
                     toml_text(std::string_view(sweep.split)), toml_text(std::string_view(sweep.checkpoint)));
  out += fmt::format("set = {}\n", toml_text(ConfigValue{sweep.set, {}}));
  out += fmt::format("axes = {}\nzip = {}\ntest = {}\n", tables_text(sweep.axes), tables_text(sweep.zips),
                     tables_text(sweep.tests));
  for (const ConfigEntry& table : sweep.base) {
    out += fmt::format("\n[base.{}]\n", table.key);
    for (const ConfigEntry& entry : *table.value.as<Table>())
      out += fmt::format("{} = {}\n", entry.key, toml_text(entry.value));
  }
  return out;
}

}  // namespace hetsyn
