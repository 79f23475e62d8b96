#include "report/html/sample_page.hpp"

#include <fmt/format.h>

#include <utility>

namespace hetsyn {
namespace {

constexpr std::size_t kMostTargets = 10;

Axis channel_axis(const TaskInfo& info) {
  return {.title = "channel", .range = std::pair(-0.5, static_cast<double>(info.inputs) - 0.5)};
}

Panel raster(const TaskInfo& info, const DescribedSample& sample) {
  const SpikeTrain& spikes = sample.sample.input->spikes;
  Series series{.name = "input", .mark = Mark::spikes};
  for (std::size_t i = 0; i < spikes.channels(); ++i) {
    for (std::size_t e = spikes.offsets[i]; e < spikes.offsets[i + 1]; ++e) {
      series.x.push_back(spikes.steps[e] * sample.step_ms);
      series.y.push_back(static_cast<double>(i));
    }
  }
  return {.y = channel_axis(info), .series = {std::move(series)}, .height = 2, .title = "input"};
}

Panel map(const TaskInfo& info, const DescribedSample& sample) {
  Grid grid{.title = "value", .x = {}, .y = {}, .values = {}};
  for (std::size_t t = 0; t < sample.steps; ++t) grid.x.push_back(static_cast<double>(t) * sample.step_ms);
  for (std::size_t i = 0; i < info.inputs; ++i) {
    grid.y.push_back(static_cast<double>(i));
    for (std::size_t t = 0; t < sample.steps; ++t) {
      grid.values.push_back(static_cast<double>(sample.sample.input->analog[t * info.inputs + i]));
    }
  }
  return {.y = channel_axis(info), .grid = std::move(grid), .height = 2, .title = "input"};
}

Panel target(const TaskInfo& info, const DescribedSample& sample) {
  Panel panel{.y = {.title = "target"}, .title = "target"};
  for (std::size_t k = 0; k < std::min(info.targets, kMostTargets); ++k) {
    Series series{.name = fmt::format("target {}", k)};
    for (std::size_t t = 0; t < sample.steps; ++t) {
      series.x.push_back(static_cast<double>(t) * sample.step_ms);
      series.y.push_back(static_cast<double>(sample.sample.target[t * info.targets + k]));
    }
    panel.series.push_back(std::move(series));
  }
  return panel;
}

Table facts(const TaskInfo& info, const DescribedSample& sample) {
  return {.title = "Sample",
          .rows = {{"task", info.name},
                   {"data", info.data_name},
                   {"split", sample.split},
                   {"sample", std::to_string(sample.index)},
                   {"seed", std::to_string(sample.seed)},
                   {"label", sample.label_text()},
                   {"group", sample.group_text()},
                   {"duration", fmt::format("{} steps of {:g} ms", sample.steps, sample.step_ms)},
                   {"events", std::to_string(sample.input.most_events)},
                   {"rate of a channel", fmt::format("{:.4g} Hz", sample.input.rate_hz)},
                   {"silent channels", fmt::format("{} of {}", sample.input.silent.size(), info.inputs)}}};
}

Figure figure(const TaskInfo& info, const DescribedSample& sample) {
  Figure out{.name = "sample",
             .title = fmt::format("Sample {} of split '{}'", sample.index, sample.split),
             .caption = "Time is that of the data.",
             .x = {.title = "time", .unit = "ms", .range = std::pair(0.0, sample.duration_ms())},
             .panels = {info.input_kind == InputKind::events ? raster(info, sample) : map(info, sample)}};
  if (info.targets > 0) out.panels.push_back(target(info, sample));
  if (info.targets > kMostTargets) {
    out.caption += fmt::format(" Of {} targets the first {} are shown.", info.targets, kMostTargets);
  }
  out.height_px = 480;
  return out;
}

}  // namespace

Page sample_page(const TaskInfo& info, const DescribedSample& sample) {
  Page page{.title = fmt::format("{}: sample {}", info.name, sample.index)};
  if (info.standin) page.notices.emplace_back("The data are synthetic and replace a corpus that was not found.");
  page.sections = {{.title = "Input", .tables = {facts(info, sample)}, .figures = {figure(info, sample)}}};
  return page;
}

}  // namespace hetsyn
