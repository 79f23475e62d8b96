#include "host/plugin_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/info.hpp"
#include "host/spike_train.hpp"

namespace hetsyn {
namespace {

constexpr std::uint64_t kMaximumEvents = std::uint64_t{1} << 27;  // of one sample; 1 GiB of event buffers
constexpr std::size_t kFirstEvents = std::size_t{1} << 14;
constexpr int kMaximumFillAttempts = 3;

/// Event buffers of one thread, kept from sample to sample.
struct EventBuffer {
  std::vector<std::uint32_t> input = std::vector<std::uint32_t>(kFirstEvents);
  std::vector<std::uint32_t> step = std::vector<std::uint32_t>(kFirstEvents);

  void resize(std::size_t events) {
    input.resize(events);
    step.resize(events);
  }
};

hetsyn_batch batch_view(const BatchAnswer& batch) {
  return {sizeof(hetsyn_batch),
          static_cast<std::uint32_t>(batch.samples),
          static_cast<std::uint32_t>(batch.steps),
          static_cast<std::uint32_t>(batch.outputs),
          static_cast<std::uint32_t>(batch.targets),
          batch.dt_ms,
          batch.readout.data(),
          batch.labels.data(),
          batch.targets == 0 ? nullptr : batch.target.data()};
}

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
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
    if (metrics_ != nullptr) contract_.table.metrics_end(dataset_, metrics_, nullptr, &ignored);
  }

  void add(const BatchAnswer& batch) override {
    const hetsyn_batch view = batch_view(batch);
    contract_.call_checked("metrics_add", contract_.table.metrics_add, dataset_, metrics_, &view);
  }
  std::vector<double> finish() override {
    hetsyn_metrics* const metrics = std::exchange(metrics_, nullptr);  // metrics_end frees it, whatever happens
    contract_.call_checked("metrics_end", contract_.table.metrics_end, dataset_, metrics, values_.data());
    return values_;
  }

 private:
  const Contract& contract_;
  hetsyn_dataset* dataset_;
  std::vector<double> values_;
  hetsyn_metrics* metrics_ = nullptr;
};

/// Collects the series of plots(); what goes wrong is kept until the plugin has returned.
struct SeriesCollector {
  std::vector<PlotSeries> series;
  bool failed = false;

  static void add(void* context, const char* plot, const char* name, const char* x_label, const char* y_label,
                  const double* x, const double* y, std::uint64_t count) noexcept {
    auto& self = *static_cast<SeriesCollector*>(context);
    try {
      const bool named = plot != nullptr && name != nullptr && x_label != nullptr && y_label != nullptr;
      if (!named || ((x == nullptr || y == nullptr) && count > 0)) throw PluginError("incomplete series");
      self.series.push_back({plot, name, x_label, y_label, {x, x + count}, {y, y + count}});
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
    checked.plugin_version = contract.table.version;
    checked.plugin_file = contract.path.string();
    return checked;
  } catch (const PluginError& e) {
    contract.broken(e.what());
  }
}

bool needs_label(const LossTerm& term) {
  return term.kind == LossKind::softmax_sum || term.kind == LossKind::last_step || term.kind == LossKind::spike_count;
}

}  // namespace

PluginTask::PluginTask(Contract contract, hetsyn_dataset* dataset)
    : contract_(std::move(contract)), dataset_(dataset, contract_.table.close), info_(describe(contract_, dataset)) {
  if (std::any_of(info_.losses.begin(), info_.losses.end(), needs_label)) least_label_ = 0;
}

Sample PluginTask::fill(const SampleRequest& request) const {
  check_request(request);
  auto input = std::make_shared<InputSample>();
  Sample sample;
  if (info_.input_kind == InputKind::analog) input->analog.resize(request.steps * info_.inputs);
  sample.target.resize(request.steps * info_.targets);
  try {
    fill_buffers(request, *input, sample);
    check_label(sample.label, least_label_);
    if (!all_finite(input->analog)) throw PluginError("an input value is not finite");
    if (!all_finite(sample.target)) throw PluginError("a target value is not finite");
  } catch (const PluginError& e) {
    contract_.broken(fmt::format("{}: {}", place(request.split, request.index), e.what()));
  }
  sample.input = std::move(input);
  return sample;
}

SampleInfo PluginTask::sample_info(std::size_t split, std::uint64_t index) const {
  if (contract_.table.sample_info == nullptr) return {};
  hetsyn_sample_info info{sizeof(hetsyn_sample_info), -1, -1};
  contract_.call_checked("sample_info", contract_.table.sample_info, dataset_.get(), static_cast<std::uint32_t>(split),
                         index, &info);
  try {
    check_label(info.label, -1);
  } catch (const PluginError& e) {
    contract_.broken(fmt::format("{}: {}", place(split, index), e.what()));
  }
  return {info.label, info.group};
}

double PluginTask::loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const {
  double loss = 0.0;
  const hetsyn_batch view = batch_view(batch);
  contract_.call_checked("loss_callback", contract_.table.loss_callback, dataset_.get(), &view, &loss,
                         d_readout.data());
  if (!std::isfinite(loss) || !all_finite(d_readout)) contract_.broken("its loss or its gradient is not finite");
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
  if (collector.failed) contract_.broken("it draws a series without name or values");
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

void PluginTask::check_label(std::int32_t label, std::int32_t least) const {
  if (label < least || label >= static_cast<std::int64_t>(info_.outputs)) {
    throw PluginError(fmt::format("label {} is none of its {} outputs", label, info_.outputs));
  }
}

/// Calls fill() until the thread's event buffer is large enough. Reasons are PluginErrors without the plugin's name.
void PluginTask::fill_buffers(const SampleRequest& request, InputSample& input, Sample& sample) const {
  thread_local EventBuffer buffer;
  for (int attempt = 0; attempt < kMaximumFillAttempts; ++attempt) {
    std::fill(input.analog.begin(), input.analog.end(), 0.0F);
    std::fill(sample.target.begin(), sample.target.end(), 0.0F);
    hetsyn_sample view{sizeof(hetsyn_sample),
                       -1,
                       buffer.input.size(),
                       0,
                       buffer.input.data(),
                       buffer.step.data(),
                       input.analog.empty() ? nullptr : input.analog.data(),
                       sample.target.empty() ? nullptr : sample.target.data()};
    if (fill_once(request, view)) {
      sample.label = view.label;
      if (info_.input_kind == InputKind::analog) return;
      input.spikes = make_spike_train({buffer.input.data(), view.event_count}, {buffer.step.data(), view.event_count},
                                      info_.inputs, request.steps);
      return;
    }
    buffer.resize(view.event_count);
  }
  throw PluginError("it asks for a larger event buffer each time it is called");
}

/// False where the buffer is too small; view.event_count is then the room needed.
bool PluginTask::fill_once(const SampleRequest& request, hetsyn_sample& view) const {
  const hetsyn_request asked{sizeof(hetsyn_request), static_cast<std::uint32_t>(request.split), request.index,
                             request.seed,           static_cast<std::uint32_t>(request.steps), request.time_scale};
  const std::uint64_t capacity = view.event_capacity;  // what the plugin writes there is not believed
  hetsyn_error error;
  const hetsyn_status status = contract_.call(contract_.table.fill, error, dataset_.get(), &asked, &view);
  if (status == HETSYN_OK) {
    if (view.event_count <= capacity) return true;
    throw PluginError(fmt::format("it claims {} events in a buffer of {}", view.event_count, capacity));
  }
  if (status != HETSYN_BUFFER_TOO_SMALL) contract_.fail(place(request.split, request.index), error);
  if (view.event_count <= capacity || view.event_count > kMaximumEvents) {
    throw PluginError(fmt::format("it asks for an event buffer of {} where it has {} and {} is the limit",
                                  view.event_count, capacity, kMaximumEvents));
  }
  return false;
}

}  // namespace hetsyn
