#include "sweep/points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/digest.hpp"
#include "config/identity.hpp"
#include "config/ineffective_keys.hpp"
#include "sweep/axis.hpp"

namespace hetsyn {
namespace {

using Assignments = ConfigValue::Table;
/// The assignments of each value of an axis, or of several axes that vary together.
using Factor = std::vector<Assignments>;

constexpr std::size_t kMaxPoints = 1000000;

Factor factor_of(const ConfigEntry& axis) {
  Factor factor;
  for (ConfigValue& value : axis_values({axis.key, axis.value})) factor.push_back({{axis.key, std::move(value)}});
  return factor;
}

Factor zipped(const SweepFile::Axes& axes) {
  Factor rows;
  for (const ConfigEntry& axis : axes) {
    const Factor column = factor_of(axis);
    if (rows.empty()) rows.resize(column.size());
    if (rows.size() != column.size()) {
      reject({axis.key, axis.value},
             fmt::format("{} values, as many as {} of this [[zip]] has", rows.size(), axes.front().key));
    }
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].push_back(column[i].front());
  }
  return rows;
}

std::vector<Factor> factors_of(const SweepFile::Axes& axes) {
  std::vector<Factor> factors;
  for (const ConfigEntry& axis : axes) factors.push_back(factor_of(axis));
  return factors;
}

bool sets_seed(const Factor& factor) {
  return std::ranges::any_of(factor.front(), [](const ConfigEntry& entry) { return entry.key == "train.seed"; });
}

void refuse_twice(const std::vector<Factor>& factors) {
  std::set<std::string> keys;
  for (const Factor& factor : factors) {
    for (const ConfigEntry& entry : factor.front()) {
      if (!keys.insert(entry.key).second) reject({entry.key, entry.value}, "each key on one axis only");
    }
  }
}

/// Combines every value of each factor with every value of the others; the first factor varies slowest.
std::vector<Assignments> product(const std::vector<Factor>& factors) {
  refuse_twice(factors);
  std::vector<Assignments> all{{}};
  for (const Factor& factor : factors) {
    if (all.size() > kMaxPoints / factor.size()) {
      const ConfigEntry& axis = factor.front().front();
      reject({axis.key, axis.value}, fmt::format("axes of at most {} points together", kMaxPoints));
    }
    std::vector<Assignments> longer;
    for (const Assignments& head : all) {
      for (const Assignments& tail : factor) {
        longer.push_back(head);
        longer.back().insert(longer.back().end(), tail.begin(), tail.end());
      }
    }
    all = std::move(longer);
  }
  return all;
}

/// The members of a union. Without any, one member that sets nothing.
std::vector<Assignments> united(const std::vector<SweepFile::Axes>& members, const std::vector<Factor>& common) {
  const std::vector<SweepFile::Axes> nothing(1);
  std::vector<Assignments> all;
  for (const SweepFile::Axes& member : members.empty() ? nothing : members) {
    std::vector<Factor> factors = factors_of(member);
    factors.insert(factors.end(), common.begin(), common.end());
    std::stable_partition(factors.begin(), factors.end(), sets_seed);
    std::vector<Assignments> some = product(factors);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

void assign(ConfigDocument& document, const Assignments& assignments) {
  for (const ConfigEntry& entry : assignments) {
    const std::size_t dot = entry.key.find('.');
    ConfigValue value = entry.value;
    value.place.over_a_config = true;
    apply_override(document, std::string_view(entry.key).substr(0, dot), std::string_view(entry.key).substr(dot + 1),
                   std::move(value));
  }
}

/// Throws for a config with contradictions. Keys without effect are reported later, when a model is trained.
RunConfig checked(const ConfigDocument& document, const std::string& task, std::span<const KeySpec> task_keys) {
  RunConfig config = read_config(document, task, task_keys);
  ineffective_keys(document, config, nullptr);
  return config;
}

using Keys = std::set<std::string>;

/// The values of some keys of a checked config.
SweepSettings chosen(const std::vector<Setting>& settings, const Keys& names) {
  SweepSettings some;
  for (const Setting& setting : settings) {
    if (names.contains(setting.key)) some[setting.key] = toml_text(setting.value);
  }
  return some;
}

/// The identity of a model or a point: the values of the keys with these roles, and those of the axes with any role,
/// since two folders of data on an axis are two models.
std::string identity(const std::vector<Setting>& settings, Roles roles, const Keys& axes) {
  SweepSettings keys;
  for (const Setting& setting : settings) {
    if (roles.has(setting.role) || axes.contains(setting.key)) keys[setting.key] = toml_text(setting.value);
  }
  std::string text;
  for (const auto& [key, value] : keys) text += fmt::format("{} = {}\n", key, value);
  return text;
}

/// A point consists of a training and of damage.
constexpr Roles kPoint{KeyRole::identity, KeyRole::samples, KeyRole::seed, KeyRole::extent, KeyRole::damage};

/// Throws for a key of [set] that is also an axis.
void refuse_set_axes(const ConfigValue::Table& set, const Keys& axes) {
  for (const ConfigEntry& entry : set) {
    if (axes.contains(entry.key)) reject({entry.key, entry.value}, "a key that is not an axis of the sweep");
  }
}

Keys keys_of(const std::vector<SweepFile::Axes>& tables) {
  Keys keys;
  for (const SweepFile::Axes& table : tables) {
    for (const ConfigEntry& entry : table) keys.insert(entry.key);
  }
  return keys;
}

/// Expands a sweep; remembers what its points have in common.
class Expansion {
 public:
  Expansion(const SweepFile& sweep, std::span<const KeySpec> task_keys)
      : sweep_(sweep), task_keys_(task_keys), tests_(united(sweep.tests, {})), model_keys_(keys_of(sweep.axes)) {
    model_keys_.merge(keys_of(sweep.zips));
    point_keys_ = model_keys_;
    point_keys_.merge(keys_of(sweep.tests));
    refuse_set_axes(sweep.set, point_keys_);
  }

  /// Empty if the same model came before.
  std::optional<SweepModel> model(const ConfigDocument& base, const Assignments& assignments) {
    SweepModel model;
    model.document = base;
    assign(model.document, assignments);
    const RunConfig config = checked(model.document, sweep_.task, task_keys_);
    const std::vector<Setting> settings = settings_of(config);
    model.hash = hash_name(identity(settings, kSameTraining, model_keys_));
    if (!models_.insert(model.hash).second) return std::nullopt;
    model.settings = chosen(settings, model_keys_);
    model.seed = config.train.seed;
    for (const Assignments& test : tests_) add_point(model, test);
    return model;
  }

 private:
  void add_point(SweepModel& model, const Assignments& test) {
    SweepPoint point;
    point.test = test;
    const std::vector<Setting> settings = settings_of(checked(point_document(model, point), sweep_.task, task_keys_));
    point.hash = hash_name(fmt::format("{}split = {}\ncheckpoint = {}\n", identity(settings, kPoint, point_keys_),
                                       sweep_.split, sweep_.checkpoint));
    if (!points_.insert(point.hash).second) return;
    point.settings = chosen(settings, point_keys_);
    model.points.push_back(std::move(point));
  }

  const SweepFile& sweep_;
  std::span<const KeySpec> task_keys_;
  std::vector<Assignments> tests_;
  Keys model_keys_, point_keys_;
  std::unordered_set<std::string> models_, points_;
};

}  // namespace

std::vector<SweepModel> expand_sweep(const SweepFile& sweep, std::span<const KeySpec> task_keys) {
  ConfigDocument base = sweep.base;
  assign(base, sweep.set);
  std::vector<Factor> zips;
  for (const SweepFile::Axes& zip : sweep.zips) {
    if (!zip.empty()) zips.push_back(zipped(zip));
  }
  Expansion expansion(sweep, task_keys);
  std::vector<SweepModel> models;
  for (const Assignments& assignments : united(sweep.axes, zips)) {
    if (auto model = expansion.model(base, assignments)) models.push_back(std::move(*model));
  }
  return models;
}

ConfigDocument point_document(const SweepModel& model, const SweepPoint& point) {
  ConfigDocument document = model.document;
  assign(document, point.test);
  return document;
}

std::string settings_text(const SweepSettings& settings) {
  std::string text;
  for (const auto& [key, value] : settings) text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, value);
  return text;
}

std::string short_settings_text(const SweepSettings& settings) {
  std::string text;
  for (const auto& [key, value] : settings) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key.substr(key.find('.') + 1), value);
  }
  return text;
}

std::string values_text(const SweepSettings& settings) {
  std::string text;
  for (const auto& [key, value] : settings) text += fmt::format("{}{}", text.empty() ? "" : ", ", value);
  return text;
}

}  // namespace hetsyn
