#include "host/info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "core/error.hpp"

namespace hetsyn {
namespace {

constexpr std::uint32_t kMaximumInputs = 1u << 20;
constexpr std::uint32_t kMaximumOutputs = 1u << 16;
constexpr std::uint32_t kMaximumListed = 64;  // splits, losses, metrics
constexpr std::uint32_t kMaximumGroups = 1u << 24;
constexpr double kMaximumStepMs = 1e6;

void check_between(const char* what, double value, double low, double high) {
  if (!(value >= low && value <= high)) {
    throw PluginError(fmt::format("it describes itself with {} = {}; {} to {} makes sense", what, value, low, high));
  }
}

template <class T>
std::span<const T> checked_list(const char* what, const T* items, std::uint32_t count) {
  check_between(what, count, 1, kMaximumListed);
  if (items == nullptr) throw PluginError(fmt::format("it describes itself with {} = {} at no address", what, count));
  return {items, count};
}

template <class Item>
void check_name(const char* what, const char* name, const std::vector<Item>& others) {
  if (name == nullptr || *name == '\0') throw PluginError(fmt::format("it has a {} without a name", what));
  const bool known = std::any_of(others.begin(), others.end(), [&](const Item& other) { return other.name == name; });
  if (known) throw PluginError(fmt::format("it has two of the {} '{}'", what, name));
}

std::vector<Split> read_splits(const hetsyn_info& info) {
  std::vector<Split> splits;
  for (const hetsyn_split& split : checked_list("split_count", info.splits, info.split_count)) {
    check_name("split", split.name, splits);
    check_between(fmt::format("role of split '{}'", split.name).c_str(), split.role, HETSYN_ROLE_TRAIN,
                  HETSYN_ROLE_TEST);
    if (split.samples == 0) throw PluginError(fmt::format("its split '{}' has no samples", split.name));
    splits.push_back({split.name, static_cast<SplitRole>(split.role), split.drawn != 0, split.samples});
  }
  const bool trains =
      std::any_of(splits.begin(), splits.end(), [](const Split& split) { return split.role == SplitRole::train; });
  if (!trains) throw PluginError("it has no split with the role of training data");
  return splits;
}

LossKind loss_kind(const hetsyn_loss& loss) {
  switch (loss.id) {
    case HETSYN_LOSS_SOFTMAX_SUM: return LossKind::softmax_sum;
    case HETSYN_LOSS_LAST_STEP: return LossKind::last_step;
    case HETSYN_LOSS_SPIKE_COUNT: return LossKind::spike_count;
    case HETSYN_LOSS_TRACE_MSE: return LossKind::trace_mse;
    case HETSYN_LOSS_RATE: return LossKind::rate;
    case HETSYN_LOSS_CALLBACK: return LossKind::callback;
    default: throw PluginError(fmt::format("it asks for the unknown loss {}", loss.id));
  }
}

LossTerm read_loss(const hetsyn_loss& loss, const hetsyn_info& info, const hetsyn_task& table) {
  const LossTerm term{loss_kind(loss), loss.weight, loss.params[0]};
  if (!std::isfinite(term.weight)) throw PluginError(fmt::format("it weighs a loss by {}", term.weight));
  switch (term.kind) {
    case LossKind::softmax_sum:
      check_between("steps left out of the softmax sum", term.parameter, 0, info.steps - 1.0);
      break;
    case LossKind::spike_count:
      if (info.readout_kind != HETSYN_READOUT_SPIKING) {
        throw PluginError("it asks for the spike-count loss with a readout that does not spike");
      }
      check_between("spikes per unit of the spike-count loss", term.parameter, 0, 1e6);
      break;
    case LossKind::trace_mse:
      if (info.targets != info.outputs) {
        throw PluginError(fmt::format("it asks for the trace loss with {} target columns for {} outputs", info.targets,
                                      info.outputs));
      }
      break;
    case LossKind::rate: check_between("target rate (Hz)", term.parameter, 1e-6, 1e6); break;
    case LossKind::callback:
      if (table.loss_callback == nullptr) throw PluginError("it asks for its own loss and has no loss_callback");
      break;
    case LossKind::last_step: break;
  }
  return term;
}

void check_sizes(const hetsyn_info& info) {
  check_between("input_kind", info.input_kind, HETSYN_INPUT_EVENTS, HETSYN_INPUT_ANALOG);
  check_between("readout_kind", info.readout_kind, HETSYN_READOUT_INTEGRATOR, HETSYN_READOUT_SPIKING);
  check_between("inputs", info.inputs, 1, kMaximumInputs);
  check_between("outputs", info.outputs, 1, kMaximumOutputs);
  check_between("steps", info.steps, 1, kMaximumSteps);
  check_between("targets", info.targets, 0, kMaximumOutputs);
  check_between("dt_ms", info.dt_ms, 1e-6, kMaximumStepMs);
  check_between("step_ms", info.step_ms, 1e-6, kMaximumStepMs);
  const std::size_t analog = info.input_kind == HETSYN_INPUT_ANALOG ? info.inputs : 0;
  check_between("values per sample", static_cast<double>(info.steps) * static_cast<double>(analog + info.targets), 0,
                static_cast<double>(kMaximumSampleValues));
}

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

/// Names of classes or groups; none where the plugin gives none.
std::vector<std::string> read_names(const char* what, const char* const* names, std::uint32_t count) {
  if (names == nullptr) return {};
  std::vector<std::string> result;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (names[i] == nullptr) throw PluginError(fmt::format("its {}[{}] is NULL", what, i));
    result.emplace_back(names[i]);
  }
  return result;
}

void read_data_facts(const hetsyn_info& info, TaskInfo& result) {
  check_between("group_count", info.group_count, 0, kMaximumGroups);
  result.data_digest = text_or_empty(info.data_digest);
  result.class_names = read_names("class_names", info.class_names, info.outputs);
  result.group_names = read_names("group_names", info.group_names, info.group_count);
  if (info.events_lost > info.events) {
    throw PluginError(fmt::format("it says that {} of {} events are lost", info.events_lost, info.events));
  }
  result.events = info.events;
  result.events_lost = info.events_lost;
}

}  // namespace

TaskInfo checked_info(const std::string& name, const hetsyn_info& info, const hetsyn_task& table) {
  check_sizes(info);
  if (info.data_name == nullptr) throw PluginError("it does not say what its data are (data_name)");
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
  for (const hetsyn_loss& loss : checked_list("loss_count", info.losses, info.loss_count)) {
    result.losses.push_back(read_loss(loss, info, table));
  }
  for (const hetsyn_metric& metric : checked_list("metric_count", info.metrics, info.metric_count)) {
    check_name("metric", metric.name, result.metrics);
    result.metrics.push_back({metric.name, text_or_empty(metric.unit), metric.higher_is_better != 0});
  }
  result.data_name = info.data_name;
  result.standin = info.standin != 0;
  result.static_samples = info.static_samples != 0;
  result.skipped = info.skipped;
  result.skipped_why = text_or_empty(info.skipped_why);
  read_data_facts(info, result);
  return result;
}

}  // namespace hetsyn
