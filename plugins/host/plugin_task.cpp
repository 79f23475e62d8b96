#include "host/plugin_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/guarded_buffer.hpp"
#include "host/info.hpp"
#include "host/spike_train.hpp"

namespace hetsyn {
namespace {

constexpr std::uint64_t kMaximumEvents = std::uint64_t{1} << 27;  // of one sample; 1 GiB of event buffers
constexpr std::size_t kFirstEvents = std::size_t{1} << 14;
constexpr int kMaximumFillAttempts = 3;

hetsyn_batch batch_view(const BatchAnswer& batch) {
  return {sizeof(hetsyn_batch),
          static_cast<std::uint32_t>(batch.readout.samples()),
          static_cast<std::uint32_t>(batch.readout.steps()),
          static_cast<std::uint32_t>(batch.readout.units()),
          static_cast<std::uint32_t>(batch.target.units()),
          batch.dt_ms,
          batch.readout.data(),
          batch.labels.data(),
          batch.target.units() == 0 ? nullptr : batch.target.data()};
}

/// `values` is [rows][columns], `what` its name in the contract.
void check_finite(const char* what, std::span<const float> values, std::size_t columns) {
  const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (bad == values.end()) return;
  const auto index = static_cast<std::size_t>(bad - values.begin());
  throw PluginError(
      fmt::format("{}[{}][{}] is {}: expected a finite number", what, index / columns, index % columns, *bad));
}

/// Refuses a plugin that replaces a buffer of the engine by its own, which the engine would not read.
void check_buffers(const hetsyn_sample& given, const hetsyn_sample& returned) {
  const auto check = [](const char* what, const void* buffer, const void* now) {
    if (now == buffer) return;
    throw PluginError(
        fmt::format("fill() replaced sample->{}: it must write to the buffer that the engine gave", what));
  };
  check("event_input", given.event_input, returned.event_input);
  check("event_step", given.event_step, returned.event_step);
  check("analog", given.analog, returned.analog);
  check("target", given.target, returned.target);
}

class PluginMetrics : public MetricAccumulator {
 public:
  PluginMetrics(const Contract& contract, hetsyn_dataset* dataset, std::size_t count)
      : contract_(contract), dataset_(dataset), values_(count) {
    contract_.call_checked("metrics_begin", contract_.table.metrics_begin, dataset_, &metrics_);
    if (metrics_ == nullptr) contract_.broken("metrics_begin succeeded and gave no handle");
  }
  PluginMetrics(const PluginMetrics&) = delete;
  PluginMetrics& operator=(const PluginMetrics&) = delete;
  ~PluginMetrics() override {
    hetsyn_error ignored;
    double* const unread = nullptr;
    if (metrics_ != nullptr) {
      contract_.release("metrics_end", contract_.table.metrics_end, dataset_, metrics_, unread, &ignored);
    }
  }

  void add(const BatchAnswer& batch) override {
    const hetsyn_batch view = batch_view(batch);
    contract_.call_checked("metrics_add", contract_.table.metrics_add, dataset_, metrics_, &view);
  }
  std::vector<double> finish() override {
    hetsyn_metrics* const metrics = std::exchange(metrics_, nullptr);  // metrics_end frees it, even if it fails
    contract_.call_checked("metrics_end", contract_.table.metrics_end, dataset_, metrics, values_.data());
    try {
      values_.check("metrics_end", "values");
    } catch (const PluginError& e) {
      contract_.broken(e.what());
    }
    return {values_.values().begin(), values_.values().end()};
  }

 private:
  const Contract& contract_;
  hetsyn_dataset* dataset_;
  GuardedBuffer<double> values_;
  hetsyn_metrics* metrics_ = nullptr;
};

/// Collects the series of plots(); errors are kept until the plugin has returned.
struct SeriesCollector {
  std::vector<PlotSeries> series;
  bool failed = false;

  static void add(void* context, const char* plot, const char* name, const char* x_label, const char* y_label,
                  const double* x, const double* y, std::uint64_t count) noexcept {
    auto& self = *static_cast<SeriesCollector*>(context);
    try {
      const bool named = plot != nullptr && name != nullptr && x_label != nullptr && y_label != nullptr;
      const bool valued = (x != nullptr && y != nullptr && count <= kMaximumSampleValues) || count == 0;
      if (!named || !valued) throw PluginError("incomplete series");
      self.series.push_back({read_text("plot", plot),
                             read_text("series", name),
                             read_text("x_label", x_label),
                             read_text("y_label", y_label),
                             {x, x + count},
                             {y, y + count}});
    } catch (...) {
      self.failed = true;
    }
  }
};

TaskInfo describe(const Contract& contract, hetsyn_dataset* dataset) {
  hetsyn_info info{};
  info.struct_size = sizeof info;
  contract.call_checked("describe", contract.table.describe, dataset, &info);
  try {
    TaskInfo checked = checked_info(contract.name, info, contract.table);
    checked.plugin_version = read_text("version", contract.table.version);
    checked.plugin_file = contract.path.string();
    return checked;
  } catch (const PluginError& e) {
    contract.broken(e.what());
  }
}

void check_group(std::int32_t group, std::size_t names) {
  if (group < -1) throw PluginError(fmt::format("group {}: expected 0 or more, or -1 for none", group));
  if (names > 0 && group >= static_cast<std::int64_t>(names)) {
    throw PluginError(fmt::format("group {}: expected 0 to {}, as there are {} group_names", group, names - 1, names));
  }
}

bool needs_labels(const TaskInfo& info) {
  return std::ranges::any_of(info.losses, [](const LossTerm& term) { return has_labels(term.kind); }) ||
         std::ranges::any_of(info.metrics,
                             [](const MetricInfo& metric) { return metric.rule.kind == MetricKind::accuracy; });
}

}  // namespace

/// The buffers that fill() writes to; each thread has its own and keeps them from sample to sample.
struct PluginTask::FillBuffers {
  GuardedBuffer<std::uint32_t> input{kFirstEvents}, step{kFirstEvents};
  GuardedBuffer<float> analog, target;

  /// With room for events or for `analog_values` values of analog input.
  hetsyn_sample view(std::size_t analog_values, std::size_t target_values) {
    const bool events = analog_values == 0;
    analog.reset(analog_values);
    target.reset(target_values);
    return {.struct_size = sizeof(hetsyn_sample),
            .label = -1,
            .event_capacity = events ? input.size() : 0,
            .event_count = 0,
            .event_input = events ? input.data() : nullptr,
            .event_step = events ? step.data() : nullptr,
            .analog = events ? nullptr : analog.data(),
            .target = target_values == 0 ? nullptr : target.data()};
  }
  void resize_events(std::size_t events) {
    input.reset(events);
    step.reset(events);
  }
  void check() {
    input.check("fill", "sample->event_input");
    step.check("fill", "sample->event_step");
    analog.check("fill", "sample->analog");
    target.check("fill", "sample->target");
  }
};

PluginTask::PluginTask(Contract contract, hetsyn_dataset* dataset)
    : contract_(std::move(contract)),
      dataset_(dataset, Close{&contract_}),
      info_(describe(contract_, dataset)),
      needs_labels_(needs_labels(info_)) {}

Sample PluginTask::fill(const SampleRequest& request) const {
  check_request(request);
  auto input = std::make_shared<InputSample>();
  Sample sample;
  try {
    fill_buffers(request, *input, sample);
    if (needs_labels_ && sample.label == -1) {
      throw PluginError(fmt::format("fill() set no label: expected 0 to {}", info_.outputs - 1));
    }
    check_label(sample.label);
    check_finite("analog", input->analog, info_.inputs);
    check_finite("target", sample.target, info_.targets);
  } catch (const PluginError& e) {
    contract_.broken(fmt::format("{}: {}", place(request.split, request.index), e.what()));
  }
  sample.input = std::move(input);
  return sample;
}

SampleInfo PluginTask::sample_info(std::size_t split, std::uint64_t index) const {
  if (contract_.table.sample_info == nullptr) return {};
  hetsyn_sample_info info{sizeof(hetsyn_sample_info), -1, -1};
  hetsyn_error error;
  const hetsyn_status status =
      contract_.call({"sample_info", info_.splits.at(split).name.c_str(), index}, contract_.table.sample_info, error,
                     dataset_.get(), static_cast<std::uint32_t>(split), index, &info);
  if (status != HETSYN_OK) contract_.fail("sample_info: " + place(split, index), status, error);
  try {
    check_label(info.label);
    check_group(info.group, info_.group_names.size());
  } catch (const PluginError& e) {
    contract_.broken(fmt::format("{}: {}", place(split, index), e.what()));
  }
  return {info.label, info.group};
}

double PluginTask::loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const {
  thread_local GuardedBuffer<float> gradient;
  gradient.reset(d_readout.size());
  double loss = 0.0;
  const hetsyn_batch view = batch_view(batch);
  contract_.call_checked("loss_callback", contract_.table.loss_callback, dataset_.get(), &view, &loss, gradient.data());
  if (!std::isfinite(loss)) contract_.broken(fmt::format("its loss is {}: expected a finite number", loss));
  try {
    gradient.check("loss_callback", "d_readout");
    check_finite("d_readout", gradient.values(), batch.readout.steps() * batch.readout.units());
  } catch (const PluginError& e) {
    contract_.broken(e.what());
  }
  std::ranges::copy(gradient.values(), d_readout.begin());
  return loss;
}

std::unique_ptr<MetricAccumulator> PluginTask::metrics() const {
  return std::make_unique<PluginMetrics>(contract_, dataset_.get(), info_.metrics.size());
}

std::vector<PlotSeries> PluginTask::plots(const BatchAnswer& batch) const {
  if (contract_.table.plots == nullptr) return {};
  SeriesCollector collector;
  const hetsyn_batch view = batch_view(batch);
  const hetsyn_plot_sink sink{&collector, SeriesCollector::add};
  contract_.call_checked("plots", contract_.table.plots, dataset_.get(), &view, &sink);
  if (collector.failed) contract_.broken("plots() gave a series without names or values, or with too many of them");
  return std::move(collector.series);
}

std::string PluginTask::place(std::size_t split, std::uint64_t index) const {
  return fmt::format("split '{}', sample {}", info_.splits.at(split).name, index);
}

void PluginTask::check_request(const SampleRequest& request) const {
  const Split& split = info_.splits.at(request.split);
  if (!split.drawn && request.index >= split.samples) {
    throw DataError(fmt::format("task '{}' has no sample {} in its split '{}' of {} samples", contract_.name,
                                request.index, split.name, split.samples));
  }
  if (request.steps == 0 || request.steps > kMaximumSteps) {
    throw DataError(
        fmt::format("a sample of task '{}', of {} steps, would have {} at {:g} times its duration; expected 1 to {} "
                    "(perturb.warp_log2 makes it longer)",
                    contract_.name, info_.steps, request.steps, request.time_scale, kMaximumSteps));
  }
}

void PluginTask::check_label(std::int32_t label) const {
  if (label < -1 || label >= static_cast<std::int64_t>(info_.outputs)) {
    throw PluginError(
        fmt::format("label {}: expected 0 to {}{}", label, info_.outputs - 1, needs_labels_ ? "" : ", or -1 for none"));
  }
}

/// Calls fill() until the thread's event buffer is large enough. Throws PluginError without the plugin's name.
void PluginTask::fill_buffers(const SampleRequest& request, InputSample& input, Sample& sample) const {
  thread_local FillBuffers buffers;
  const bool analog = info_.input_kind == InputKind::analog;
  for (int attempt = 0; attempt < kMaximumFillAttempts; ++attempt) {
    hetsyn_sample view = buffers.view(analog ? request.steps * info_.inputs : 0, request.steps * info_.targets);
    if (!fill_once(request, buffers, view)) {
      buffers.resize_events(view.event_count);
      continue;
    }
    sample.label = view.label;
    sample.target.assign(buffers.target.values().begin(), buffers.target.values().end());
    input.analog.assign(buffers.analog.values().begin(), buffers.analog.values().end());
    if (analog) return;
    input.spikes = make_spike_train(buffers.input.values().first(view.event_count),
                                    buffers.step.values().first(view.event_count), info_.inputs, request.steps);
    return;
  }
  throw PluginError("it asks for a larger event buffer each time it is called");
}

/// Returns false if the buffer is too small; view.event_count is then the size that it needs.
bool PluginTask::fill_once(const SampleRequest& request, FillBuffers& buffers, hetsyn_sample& view) const {
  const hetsyn_request asked{sizeof(hetsyn_request), static_cast<std::uint32_t>(request.split), request.index,
                             request.seed,           static_cast<std::uint32_t>(request.steps), request.time_scale};
  const hetsyn_sample given = view;
  const std::uint64_t capacity = given.event_capacity;  // the plugin may have changed its copy
  const PluginFunction what{"fill", info_.splits.at(request.split).name.c_str(), request.index};
  hetsyn_error error;
  const hetsyn_status status = contract_.call(what, contract_.table.fill, error, dataset_.get(), &asked, &view);
  buffers.check();
  if (status == HETSYN_BAD_TASK) throw PluginError(Contract::reason_of(error));
  if (status != HETSYN_OK && status != HETSYN_BUFFER_TOO_SMALL) {
    contract_.fail(place(request.split, request.index), status, error);
  }
  check_buffers(given, view);
  if (given.analog != nullptr && view.event_count > 0) {
    throw PluginError(fmt::format("fill() wrote {} events, but the input of the task is analog", view.event_count));
  }
  if (status == HETSYN_OK) {
    if (view.event_count <= capacity) return true;
    throw PluginError(fmt::format("it claims {} events in a buffer of {}", view.event_count, capacity));
  }
  if (view.event_count <= capacity || view.event_count > kMaximumEvents) {
    throw PluginError(fmt::format("it asks for an event buffer of {} where it has {} and {} is the limit",
                                  view.event_count, capacity, kMaximumEvents));
  }
  return false;
}

}  // namespace hetsyn
