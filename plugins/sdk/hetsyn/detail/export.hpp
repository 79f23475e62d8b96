#pragma once
#include <hetsyn_task.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hetsyn/detail/check.hpp"
#include "hetsyn/task.hpp"

/// Makes the table of C functions of a task. Authors in C++ need not read this file; bindings to other languages derive
/// a class from Task that calls theirs, and make a TaskTable of it for each of their tasks.
namespace hetsyn::sdk::detail {

/// Cuts a text that is too long between two UTF-8 characters.
template <std::size_t Size>
void copy_text(char (&out)[Size], std::string_view text) noexcept {
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u; };
  std::size_t length = std::min(text.size(), Size - 1);
  while (length > 0 && length < text.size() && continues(length)) --length;
  std::memcpy(out, text.data(), length);
  out[length] = '\0';
}

/// Runs `body` and converts an exception to a status and the text of `error`.
template <class Body>
hetsyn_status guard(hetsyn_error* error, Body&& body) noexcept {
  try {
    return body();
  } catch (const ConfigError& e) {
    copy_text(error->key, e.key());
    copy_text(error->message, e.what());
    return HETSYN_BAD_CONFIG;
  } catch (const NoData& e) {
    copy_text(error->message, e.what());
    return HETSYN_NO_DATA;
  } catch (const DataToBeMade& e) {
    copy_text(error->message, e.what());
    return HETSYN_DATA_TO_BE_MADE;
  } catch (const ContractError& e) {
    copy_text(error->message, e.what());
    return HETSYN_BAD_TASK;
  } catch (const std::bad_alloc&) {
    copy_text(error->message, "not enough memory");
    return HETSYN_FAILED;
  } catch (const std::length_error&) {
    copy_text(error->message, "not enough memory");
    return HETSYN_FAILED;
  } catch (const std::exception& e) {
    copy_text(error->message, e.what());
    return HETSYN_FAILED;
  } catch (...) {
    copy_text(error->message, "the task threw something that is not a std::exception");
    return HETSYN_FAILED;
  }
}

/// The content of a hetsyn_dataset: the task, and its info with the C arrays that the engine reads.
struct Opened {
  Opened(std::unique_ptr<Task> opened, bool overrides_loss, bool overrides_metrics)
      : task(std::move(opened)), info(task->info()) {
    check_info(info, overrides_loss, overrides_metrics);
    for (const Split& s : info.splits) {
      splits.push_back({s.name.c_str(), static_cast<std::int32_t>(s.role), s.drawn ? 1 : 0, s.samples});
    }
    for (const Loss& l : info.losses) losses.push_back({l.id, l.weight, {l.parameter, 0.0, 0.0, 0.0}});
    for (const MetricInfo& m : info.metrics) {
      metrics.push_back({m.name.c_str(), m.unit.c_str(), m.higher_is_better ? 1 : 0});
      metric_rules.push_back({m.id, m.decision.loss, {m.decision.parameter, 0.0, 0.0, 0.0}});
    }
    for (const std::string& name : info.class_names) class_names.push_back(name.c_str());
    for (const std::string& name : info.group_names) group_names.push_back(name.c_str());
  }

  std::unique_ptr<Task> task;
  Info info;
  std::vector<hetsyn_split> splits;
  std::vector<hetsyn_loss> losses;
  std::vector<hetsyn_metric> metrics;
  std::vector<hetsyn_metric_rule> metric_rules;
  std::vector<const char*> class_names, group_names;
};

inline Opened& opened(hetsyn_dataset* dataset) { return *reinterpret_cast<Opened*>(dataset); }

inline void close(hetsyn_dataset* dataset) { delete reinterpret_cast<Opened*>(dataset); }

inline hetsyn_status describe(hetsyn_dataset* dataset, hetsyn_info* out, hetsyn_error* /*error*/) {
  const Opened& self = opened(dataset);
  out->input_kind = self.info.analog ? HETSYN_INPUT_ANALOG : HETSYN_INPUT_EVENTS;
  out->inputs = self.info.inputs;
  out->outputs = self.info.outputs;
  out->steps = self.info.steps;
  out->readout_kind = self.info.spiking_readout ? HETSYN_READOUT_SPIKING : HETSYN_READOUT_INTEGRATOR;
  out->dt_ms = self.info.dt_ms;
  out->step_ms = self.info.step_ms;
  out->targets = self.info.targets;
  out->split_count = static_cast<std::uint32_t>(self.splits.size());
  out->splits = self.splits.data();
  out->loss_count = static_cast<std::uint32_t>(self.losses.size());
  out->metric_count = static_cast<std::uint32_t>(self.metrics.size());
  out->losses = self.losses.data();
  out->metrics = self.metrics.data();
  out->data_name = self.info.data_name.c_str();
  out->standin = self.info.standin ? 1 : 0;
  out->static_samples = self.info.static_samples ? 1 : 0;
  if (out->struct_size > offsetof(hetsyn_info, skipped_why)) {
    out->skipped = self.info.skipped;
    out->skipped_why = self.info.skipped_why.c_str();
  }
  if (out->struct_size > offsetof(hetsyn_info, events_lost)) {
    out->data_digest = self.info.data_digest.c_str();
    out->class_names = self.class_names.empty() ? nullptr : self.class_names.data();
    out->group_names = self.group_names.empty() ? nullptr : self.group_names.data();
    out->group_count = static_cast<std::uint32_t>(self.group_names.size());
    out->events = self.info.events;
    out->events_lost = self.info.events_lost;
  }
  if (out->struct_size > offsetof(hetsyn_info, metric_rules)) out->metric_rules = self.metric_rules.data();
  return HETSYN_OK;
}

inline hetsyn_status fill(hetsyn_dataset* dataset, const hetsyn_request* request, hetsyn_sample* sample,
                          hetsyn_error* error) {
  return guard(error, [&] {
    const Opened& self = opened(dataset);
    SampleWriter writer(*sample, request->steps, self.info.inputs, self.info.targets);
    self.task->fill({request->split, request->index, request->seed, request->steps, request->time_scale}, writer);
    sample->event_count = writer.spikes();
    return writer.spikes() > sample->event_capacity ? HETSYN_BUFFER_TOO_SMALL : HETSYN_OK;
  });
}

inline hetsyn_status sample_info(hetsyn_dataset* dataset, std::uint32_t split, std::uint64_t index,
                                 hetsyn_sample_info* out, hetsyn_error* error) {
  return guard(error, [&] {
    const SampleInfo info = opened(dataset).task->sample_info(split, index);
    out->label = info.label;
    out->group = info.group;
    return HETSYN_OK;
  });
}

inline hetsyn_status loss_callback(hetsyn_dataset* dataset, const hetsyn_batch* batch, double* loss, float* d_readout,
                                   hetsyn_error* error) {
  return guard(error, [&] {
    const Batch view(*batch);
    *loss = opened(dataset).task->loss(view, {d_readout, view.samples() * view.steps() * view.outputs()});
    return HETSYN_OK;
  });
}

inline hetsyn_status metrics_begin(hetsyn_dataset* dataset, hetsyn_metrics** metrics, hetsyn_error* error) {
  return guard(error, [&] {
    std::unique_ptr<Metrics> made = opened(dataset).task->metrics();
    if (made == nullptr) throw ContractError("metrics() returns a null pointer");
    *metrics = reinterpret_cast<hetsyn_metrics*>(made.release());
    return HETSYN_OK;
  });
}

inline hetsyn_status metrics_add(hetsyn_dataset* /*dataset*/, hetsyn_metrics* metrics, const hetsyn_batch* batch,
                                 hetsyn_error* error) {
  return guard(error, [&] {
    reinterpret_cast<Metrics*>(metrics)->add(Batch(*batch));
    return HETSYN_OK;
  });
}

inline hetsyn_status metrics_end(hetsyn_dataset* dataset, hetsyn_metrics* metrics, double* values,
                                 hetsyn_error* error) {
  const std::unique_ptr<Metrics> owner(reinterpret_cast<Metrics*>(metrics));
  if (values == nullptr) return HETSYN_OK;
  return guard(error, [&] {
    const std::vector<double> result = owner->values();
    const std::vector<MetricInfo>& listed = opened(dataset).info.metrics;
    const auto own =
        static_cast<std::size_t>(std::count_if(listed.begin(), listed.end(), std::mem_fn(&MetricInfo::is_own)));
    if (result.size() != own) {
      throw ContractError("Metrics::values() gives " + std::to_string(result.size()) + " values for the " +
                          std::to_string(own) + " of info.metrics that are the task's own");
    }
    auto next = result.begin();
    for (std::size_t m = 0; m < listed.size(); ++m) values[m] = listed[m].is_own() ? *next++ : 0.0;
    return HETSYN_OK;
  });
}

inline hetsyn_status plots(hetsyn_dataset* dataset, const hetsyn_batch* batch, const hetsyn_plot_sink* sink,
                           hetsyn_error* error) {
  return guard(error, [&] {
    opened(dataset).task->plots(Batch(*batch), PlotSink(*sink));
    return HETSYN_OK;
  });
}

/// The optional functions that a task has.
struct Overrides {
  bool loss = false, metrics = false, plots = false;
};

/// The table of a task, with the texts that it points to.
class TaskTable {
 public:
  using Open = hetsyn_status (*)(const hetsyn_open_args* args, hetsyn_dataset** dataset, hetsyn_error* error);

  TaskTable(Description description, const Overrides& has, Open open, void* binding)
      : description_(std::move(description)) {
    for (const Key& key : description_.keys) keys_.push_back(key.view());
    table_.abi_version = HETSYN_TASK_ABI_VERSION;
    table_.struct_size = sizeof(hetsyn_task);
    table_.name = description_.name.c_str();
    table_.summary = description_.summary.c_str();
    table_.version = description_.version.c_str();
    table_.keys = keys_.data();
    table_.key_count = static_cast<std::uint32_t>(keys_.size());
    table_.key_size = sizeof(hetsyn_key);
    table_.open = open;
    table_.close = close;
    table_.describe = describe;
    table_.fill = fill;
    table_.sample_info = sample_info;
    table_.loss_callback = has.loss ? loss_callback : nullptr;
    table_.metrics_begin = has.metrics ? metrics_begin : nullptr;
    table_.metrics_add = has.metrics ? metrics_add : nullptr;
    table_.metrics_end = has.metrics ? metrics_end : nullptr;
    table_.plots = has.plots ? plots : nullptr;
    table_.binding = binding;
  }
  TaskTable(const TaskTable&) = delete;
  TaskTable& operator=(const TaskTable&) = delete;

  [[nodiscard]] const hetsyn_task& table() const { return table_; }

 private:
  Description description_;
  std::vector<hetsyn_key> keys_;
  hetsyn_task table_{};
};

/// Opens a task that `make` returns.
template <class Make>
hetsyn_status open(hetsyn_dataset** dataset, hetsyn_error* error, const Overrides& has, const Make& make) noexcept {
  return guard(error, [&] {
    auto result = std::make_unique<Opened>(make(), has.loss, has.metrics);
    *dataset = reinterpret_cast<hetsyn_dataset*>(result.release());
    return HETSYN_OK;
  });
}

template <class T>
class Exporter {
  static_assert(std::is_base_of_v<Task, T>, "HETSYN_EXPORT_TASK takes a class derived from hetsyn::sdk::Task");

 public:
  /// The table; null if description() throws.
  static const hetsyn_task* table() noexcept {
    try {
      static const TaskTable table(T::description(), kHas, open_task, nullptr);
      return &table.table();
    } catch (...) {
      return nullptr;
    }
  }

 private:
  // If T overrides a member, it is no longer a member of Task.
  static constexpr Overrides kHas{.loss = !std::is_same_v<decltype(&T::loss), decltype(&Task::loss)>,
                                  .metrics = !std::is_same_v<decltype(&T::metrics), decltype(&Task::metrics)>,
                                  .plots = !std::is_same_v<decltype(&T::plots), decltype(&Task::plots)>};

  static hetsyn_status open_task(const hetsyn_open_args* args, hetsyn_dataset** dataset, hetsyn_error* error) {
    return open(dataset, error, kHas, [&] { return std::make_unique<T>(OpenArgs(*args)); });
  }
};

}  // namespace hetsyn::sdk::detail
