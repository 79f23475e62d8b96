#include "host/info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "host/text.hpp"

namespace hetsyn {
namespace {

constexpr double kMaximumSamples = 4294967296.0;  // of a split; sample numbers have 32 bits where they seed draws
constexpr std::uint32_t kMaximumGroups = 1u << 24;
constexpr double kMaximumStepMs = 1e6;

/// `what` is the member's name after "info.", which authors in C and in C++ both know.
void check_between(std::string_view what, double value, double low, double high) {
  if (!(value >= low && value <= high)) {
    throw PluginError(fmt::format("info.{} = {}: expected {} to {}", what, value, low, high));
  }
}

/// `list` is the name of the list and `singular` that of its count: "splits", "split".
template <class T>
std::span<const T> checked_list(std::string_view list, std::string_view singular, const T* items, std::uint32_t count) {
  check_between(fmt::format("{}_count", singular), count, 1, HETSYN_MAX_LISTED);
  if (items == nullptr) throw PluginError(fmt::format("info.{}_count = {}, but info.{} = NULL", singular, count, list));
  return {items, count};
}

/// The name of the next item of `list`, which has `others` before it.
template <class Item>
std::string read_name(std::string_view list, const char* text, const std::vector<Item>& others) {
  const std::string what = fmt::format("info.{}[{}].name", list, others.size());
  std::string name = read_text(what, text);
  if (name.empty()) throw PluginError(fmt::format("{} is empty", what));
  const auto same = std::find_if(others.begin(), others.end(), [&](const Item& other) { return other.name == name; });
  if (same != others.end()) {
    throw PluginError(
        fmt::format("{} = '{}' is also the name of info.{}[{}]", what, name, list, same - others.begin()));
  }
  return name;
}

std::vector<Split> read_splits(const hetsyn_info& info) {
  constexpr std::array<std::string_view, 3> kRoles{"training", "validation", "test"};
  std::vector<Split> splits;
  for (const hetsyn_split& split : checked_list("splits", "split", info.splits, info.split_count)) {
    const std::string at = fmt::format("splits[{}]", splits.size());
    std::string name = read_name("splits", split.name, splits);
    check_between(at + ".role", split.role, HETSYN_ROLE_TRAIN, HETSYN_ROLE_TEST);
    check_between(at + ".samples", static_cast<double>(split.samples), 1, kMaximumSamples);
    // Training and validation samples of such a split would be the same: samples that are kept do not depend on the
    // seed.
    if (split.drawn != 0 && info.static_samples != 0) {
      throw PluginError(
          fmt::format("{}.drawn and info.static_samples are both set: samples that are drawn depend on "
                      "the seed, and static ones do not; expected one of the two",
                      at));
    }
    const auto role = static_cast<SplitRole>(split.role);
    const auto same =
        std::find_if(splits.begin(), splits.end(), [&](const Split& other) { return other.role == role; });
    if (same != splits.end()) {
      throw PluginError(fmt::format("the splits '{}' and '{}' both have the role of {} data: expected one of each",
                                    same->name, name, kRoles[static_cast<std::size_t>(split.role)]));
    }
    splits.push_back({std::move(name), role, split.drawn != 0, split.samples});
  }
  const bool trains =
      std::any_of(splits.begin(), splits.end(), [](const Split& split) { return split.role == SplitRole::train; });
  if (!trains) throw PluginError("none of info.splits has the role of training data");
  return splits;
}

static_assert(static_cast<int>(LossKind::callback) == HETSYN_LOSS_CALLBACK);  // LossKind has the contract's numbers

/// "HETSYN_LOSS_SPIKE_COUNT"
std::string contract_name(const LossInfo& loss) {
  std::string name = "HETSYN_LOSS_";
  for (const char c : loss.name) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

/// `at` is the place of the loss: "losses[0]".
LossTerm read_loss(const std::string& at, const hetsyn_loss& loss, const hetsyn_info& info, const hetsyn_task& table) {
  if (loss.id < 0 || static_cast<std::size_t>(loss.id) >= kLosses.size()) {
    throw PluginError(fmt::format("there is no loss {}", loss.id));
  }
  const LossTerm term{static_cast<LossKind>(loss.id), loss.weight, loss.params[0]};
  const LossInfo& known = loss_info(term.kind);
  if (!std::isfinite(term.weight)) {
    throw PluginError(fmt::format("info.{}.weight = {}: expected a finite number", at, term.weight));
  }
  if (known.needs_spikes && info.readout_kind != HETSYN_READOUT_SPIKING) {
    throw PluginError(contract_name(known) + " needs info.readout_kind = HETSYN_READOUT_SPIKING");
  }
  if (known.compared_with == ComparedWith::target && info.targets != info.outputs) {
    throw PluginError(fmt::format("info.targets = {} for a loss of the trace: expected info.outputs = {}", info.targets,
                                  info.outputs));
  }
  if (known.compared_with == ComparedWith::own && table.loss_callback == nullptr) {
    throw PluginError(contract_name(known) + " needs a loss_callback in the table");
  }
  if (!known.parameter.empty()) {
    const double maximum = term.kind == LossKind::softmax_sum ? info.steps - 1.0 : known.maximum;
    check_between(fmt::format("{}, {}", at, known.parameter), term.parameter, known.minimum, maximum);
  }
  return term;
}

/// `at` is the place of the rule: "metric_rules[0]".
MetricRule read_metric_rule(const std::string& at, const hetsyn_metric_rule& rule, const hetsyn_info& info,
                            const hetsyn_task& table) {
  switch (rule.id) {
    case HETSYN_METRIC_OWN: break;
    case HETSYN_METRIC_ACCURACY: {
      const hetsyn_loss loss{rule.loss, 1.0, {rule.params[0], rule.params[1], rule.params[2], rule.params[3]}};
      const LossTerm decision = read_loss(at, loss, info, table);
      if (!has_labels(decision.kind)) {
        throw PluginError(fmt::format("info.{}.loss = {}: expected a loss with a label", at, rule.loss));
      }
      return {MetricKind::accuracy, decision};
    }
    case HETSYN_METRIC_TRACE_MSE:
      if (info.targets != info.outputs) {
        throw PluginError(fmt::format("info.targets = {} for a metric of the trace: expected info.outputs = {}",
                                      info.targets, info.outputs));
      }
      return {MetricKind::trace_mse, {}};
    default: throw PluginError(fmt::format("there is no metric {}", rule.id));
  }
  require(table.metrics_begin != nullptr, "metrics_begin function");
  require(table.metrics_add != nullptr, "metrics_add function");
  require(table.metrics_end != nullptr, "metrics_end function");
  return {};
}

std::vector<MetricInfo> read_metrics(const hetsyn_info& info, const hetsyn_task& table) {
  constexpr hetsyn_metric_rule kOwn{HETSYN_METRIC_OWN, 0, {}};
  std::vector<MetricInfo> metrics;
  for (const hetsyn_metric& metric : checked_list("metrics", "metric", info.metrics, info.metric_count)) {
    const std::size_t m = metrics.size();
    std::string name = read_name("metrics", metric.name, metrics);
    const hetsyn_metric_rule& rule = info.metric_rules == nullptr ? kOwn : info.metric_rules[m];
    metrics.push_back({std::move(name), read_text("metric.unit", metric.unit), metric.higher_is_better != 0,
                       read_metric_rule(fmt::format("metric_rules[{}]", m), rule, info, table)});
  }
  return metrics;
}

void check_sizes(const hetsyn_info& info) {
  check_between("input_kind", info.input_kind, HETSYN_INPUT_EVENTS, HETSYN_INPUT_ANALOG);
  check_between("readout_kind", info.readout_kind, HETSYN_READOUT_INTEGRATOR, HETSYN_READOUT_SPIKING);
  static_assert(HETSYN_MAX_STEPS == kMaximumSteps);
  check_between("inputs", info.inputs, 1, HETSYN_MAX_INPUTS);
  check_between("outputs", info.outputs, 1, HETSYN_MAX_OUTPUTS);
  check_between("steps", info.steps, 1, HETSYN_MAX_STEPS);
  check_between("targets", info.targets, 0, HETSYN_MAX_OUTPUTS);
  check_between("dt_ms", info.dt_ms, 1e-6, kMaximumStepMs);
  check_between("step_ms", info.step_ms, 1e-6, kMaximumStepMs);
  const std::size_t analog = info.input_kind == HETSYN_INPUT_ANALOG ? info.inputs : 0;
  const auto values = static_cast<double>(info.steps) * static_cast<double>(analog + info.targets);
  if (values > static_cast<double>(kMaximumSampleValues)) {
    throw PluginError(fmt::format("a sample has {} values of analog input and target: expected {} or fewer", values,
                                  kMaximumSampleValues));
  }
}

/// Names of classes or groups; empty if the plugin gives none.
std::vector<std::string> read_names(const char* what, const char* const* names, std::uint32_t count) {
  if (names == nullptr) return {};
  std::vector<std::string> result;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string place = fmt::format("info.{}[{}]", what, i);
    if (names[i] == nullptr) throw PluginError(place + " is NULL");
    result.push_back(read_text(place, names[i]));
  }
  return result;
}

/// Throws unless the names of classes are distinct: files are compared by them.
void check_distinct(const std::vector<std::string>& class_names) {
  std::map<std::string_view, std::size_t> seen;
  for (std::size_t k = 0; k < class_names.size(); ++k) {
    const auto [first, is_new] = seen.emplace(class_names[k], k);
    if (is_new) continue;
    throw PluginError(
        fmt::format("info.class_names[{}] = '{}' is also info.class_names[{}]", k, class_names[k], first->second));
  }
}

void read_data_facts(const hetsyn_info& info, TaskInfo& result) {
  check_between("group_count", info.group_count, 0, kMaximumGroups);
  result.data_digest = read_text("info.data_digest", info.data_digest);
  result.class_names = read_names("class_names", info.class_names, info.outputs);
  check_distinct(result.class_names);
  result.group_names = read_names("group_names", info.group_names, info.group_count);
  if (info.events_lost > info.events) {
    throw PluginError(
        fmt::format("info.events_lost = {}: expected info.events = {} or less", info.events_lost, info.events));
  }
  result.events = info.events;
  result.events_lost = info.events_lost;
}

}  // namespace

void require(bool present, std::string_view what) {
  if (!present) throw PluginError(fmt::format("its table has no {}", what));
}

TaskInfo checked_info(const std::string& name, const hetsyn_info& info, const hetsyn_task& table) {
  check_sizes(info);
  if (info.data_name == nullptr) throw PluginError("info.data_name is NULL: expected what the data are");
  TaskInfo result;
  result.name = name;
  result.input_kind = info.input_kind == HETSYN_INPUT_ANALOG ? InputKind::analog : InputKind::events;
  result.inputs = info.inputs;
  result.outputs = info.outputs;
  result.steps = info.steps;
  result.spiking_readout = info.readout_kind == HETSYN_READOUT_SPIKING;
  result.dt_ms = info.dt_ms;
  result.step_ms = info.step_ms;
  result.targets = info.targets;
  result.splits = read_splits(info);
  for (const hetsyn_loss& loss : checked_list("losses", "loss", info.losses, info.loss_count)) {
    result.losses.push_back(read_loss(fmt::format("losses[{}]", result.losses.size()), loss, info, table));
  }
  result.metrics = read_metrics(info, table);
  result.data_name = read_text("info.data_name", info.data_name);
  result.standin = info.standin != 0;
  result.static_samples = info.static_samples != 0;
  result.skipped = info.skipped;
  result.skipped_why = read_text("info.skipped_why", info.skipped_why);
  read_data_facts(info, result);
  return result;
}

}  // namespace hetsyn
