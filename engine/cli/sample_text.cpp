#include "cli/sample_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/text_canvas.hpp"
#include "cli/text_plot.hpp"
#include "core/columns.hpp"
#include "data/data_identity.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::size_t kPipeColumns = 80, kMostColumns = 160, kLeastColumns = 20;
constexpr std::size_t kMostLines = 20;    // of a raster or map
constexpr std::size_t kRightColumns = 8;  // a number at the right of a line
constexpr double kManyEvents = 8.0;       // in a character
constexpr std::size_t kFactIndent = 11;
constexpr std::size_t kMostTargets = 8, kListed = 12;

/// Draws lines that have a label at the left and may have a number at the right.
class Picture {
 public:
  Picture(std::size_t columns, std::size_t label_columns, bool utf8)
      : columns_(columns),
        label_columns_(label_columns),
        plot_columns_(std::max(kLeastColumns, columns) - label_columns - 1 - kRightColumns),
        utf8_(utf8) {}

  [[nodiscard]] std::size_t plot_columns() const { return plot_columns_; }
  [[nodiscard]] bool utf8() const { return utf8_; }

  void line(std::string_view label, std::string_view plot, std::string_view right = "") {
    const std::string text = fmt::format("{:>{}}{}{}{:>{}}", label, label_columns_, utf8_ ? "│" : "|", plot, right,
                                         right.empty() ? 0 : kRightColumns);
    out_ += text.substr(0, text.find_last_not_of(' ') + 1) + '\n';
  }
  void time_axis(double end_ms) {
    out_ += fmt::format("{:>{}}0{:>{}}\n", "", label_columns_ + 1, fmt::format("{:g} ms", end_ms), plot_columns_ - 1);
  }
  void heading(std::string_view text) { out_ += "\n" + wrapped(text, columns_) + "\n"; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::size_t columns_, label_columns_, plot_columns_;
  bool utf8_;
  std::string out_;
};

/// The channels of each line of a picture, which has the first ones at the bottom.
class LinesOfChannels {
 public:
  LinesOfChannels(std::size_t channels, std::size_t rows_per_line)
      : channels_(channels), per_row_((channels + kMostLines * rows_per_line - 1) / (kMostLines * rows_per_line)) {
    const std::size_t rows = (channels + per_row_ - 1) / per_row_;
    lines_ = (rows + rows_per_line - 1) / rows_per_line;
    per_line_ = per_row_ * rows_per_line;
  }
  [[nodiscard]] std::size_t lines() const { return lines_; }
  [[nodiscard]] std::size_t per_row() const { return per_row_; }
  [[nodiscard]] std::size_t begin(std::size_t line) const { return (lines_ - 1 - line) * per_line_; }
  [[nodiscard]] std::size_t end(std::size_t line) const { return std::min(channels_, begin(line) + per_line_); }
  /// The row of dots of a channel, from above.
  [[nodiscard]] std::size_t row(std::size_t channel) const {
    return lines_ * (per_line_ / per_row_) - 1 - channel / per_row_;
  }

 private:
  std::size_t channels_, per_row_, lines_ = 0, per_line_ = 1;
};

double mean_rate(const InputSummary& input, std::size_t begin, std::size_t end) {
  double sum = 0.0;
  for (std::size_t i = begin; i < end; ++i) sum += input.channel_rates_hz[i];
  return sum / static_cast<double>(end - begin);
}

/// Lines in which a dot is an event; in ASCII, a character shows how many there are.
std::vector<std::string> raster_lines(const DescribedSample& sample, const LinesOfChannels& of, std::size_t columns,
                                      bool utf8) {
  const SpikeTrain& spikes = sample.sample.input->spikes;
  TextCanvas dots(columns, of.lines(), utf8);
  std::vector<double> counts(of.lines() * columns, 0.0);
  for (std::size_t i = 0; i < spikes.channels(); ++i) {
    for (std::size_t e = spikes.offsets[i]; e < spikes.offsets[i + 1]; ++e) {
      const std::size_t x = spikes.steps[e] * dots.width() / sample.steps, y = of.row(i);
      dots.line(x, y, x, y, fmt::terminal_color::white, '.');
      counts[y * of.lines() / dots.height() * columns + x * columns / dots.width()] += 1.0;
    }
  }
  std::vector<std::string> lines;
  for (std::size_t line = 0; line < of.lines(); ++line) {
    const auto row = std::span<const double>(counts).subspan(line * columns, columns);
    lines.push_back(utf8 ? dots.row(line, {}) : text_of(row, 0.0, kManyEvents, Glyphs::shades, false));
    const std::size_t used = columns_of(lines.back());
    lines.back().append(columns - used, ' ');
  }
  return lines;
}

std::vector<double> events_per_step(const DescribedSample& sample) {
  std::vector<double> counts(sample.steps, 0.0);
  for (const std::uint32_t step : sample.sample.input->spikes.steps) counts[step] += 1.0;
  return counts;
}

void draw_raster(Picture& picture, const DescribedSample& sample, std::size_t channels) {
  const LinesOfChannels of(channels, picture.utf8() ? 4 : 1);
  const std::vector<std::string> raster = raster_lines(sample, of, picture.plot_columns(), picture.utf8());
  const std::string per_row = of.per_row() == 1 ? "" : fmt::format(", {} to a row of dots", of.per_row());
  picture.heading(fmt::format("events by channel{}; at the right Hz per channel", per_row));
  for (std::size_t line = 0; line < of.lines(); ++line) {
    picture.line(std::to_string(of.begin(line)), raster[line],
                 fmt::format("{:.3g}", mean_rate(sample.input, of.begin(line), of.end(line))));
  }
  picture.time_axis(sample.duration_ms());
  const std::vector<double> means = resampled(events_per_step(sample), picture.plot_columns());
  const double most = std::ranges::max(means);
  picture.heading("events per step of all channels; at the right the most");
  picture.line("", text_of(means, 0.0, most, Glyphs::bars, picture.utf8()), fmt::format("{:.3g}", most));
}

void draw_map(Picture& picture, const DescribedSample& sample, std::size_t channels) {
  const LinesOfChannels of(channels, 1);
  const auto glyphs = of.lines() <= kMostTargets ? Glyphs::bars : Glyphs::shades;
  picture.heading(fmt::format("values by channel, from {:.4g} to {:.4g}; at the right the mean",
                              sample.input.least_value, sample.input.most_value));
  for (std::size_t line = 0; line < of.lines(); ++line) {
    std::vector<double> means(sample.steps, 0.0);
    double mean = 0.0;
    const auto size = static_cast<double>(of.end(line) - of.begin(line));
    for (std::size_t t = 0; t < sample.steps; ++t) {
      for (std::size_t i = of.begin(line); i < of.end(line); ++i) {
        means[t] += static_cast<double>(sample.sample.input->analog[t * channels + i]) / size;
      }
      mean += means[t] / static_cast<double>(sample.steps);
    }
    const std::vector<double> shown = resampled(means, picture.plot_columns());
    picture.line(std::to_string(of.begin(line)),
                 text_of(shown, sample.input.least_value, sample.input.most_value, glyphs, picture.utf8()),
                 fmt::format("{:.3g}", mean));
  }
  picture.time_axis(sample.duration_ms());
}

void draw_target(Picture& picture, const DescribedSample& sample, std::size_t targets) {
  if (targets == 0) return;
  const std::vector<float>& values = sample.sample.target;
  const auto [least, most] = std::ranges::minmax(values);
  const double low = static_cast<double>(least), high = static_cast<double>(most);
  const std::size_t shown = std::min(targets, kMostTargets);
  const std::string left_out = shown == targets ? "" : fmt::format(" (the first {} of {})", shown, targets);
  picture.heading(fmt::format("target{}, from {:.4g} to {:.4g}", left_out, low, high));
  for (std::size_t k = 0; k < shown; ++k) {
    std::vector<double> trace(sample.steps);
    for (std::size_t t = 0; t < sample.steps; ++t) trace[t] = static_cast<double>(values[t * targets + k]);
    picture.line(std::to_string(k),
                 text_of(resampled(trace, picture.plot_columns()), low, high, Glyphs::bars, picture.utf8()));
  }
  picture.time_axis(sample.duration_ms());
}

std::string silent_text(const InputSummary& input) {
  if (input.silent.empty()) return "no channel";
  const std::size_t listed = std::min(input.silent.size(), kListed);
  std::string text =
      fmt::format("{} channel{}: {}", input.silent.size(), input.silent.size() == 1 ? "" : "s",
                  fmt::join(input.silent.begin(), input.silent.begin() + static_cast<std::ptrdiff_t>(listed), ", "));
  return listed == input.silent.size() ? text : text + fmt::format(" and {} more", input.silent.size() - listed);
}

std::string facts(const TaskInfo& info, const DescribedSample& sample, std::size_t columns) {
  std::string out;
  const auto add = [&](std::string_view name, const std::string& text) {
    out += wrapped(fmt::format("{:<{}}{}", name, kFactIndent, text), columns, kFactIndent) + "\n";
  };
  const InputSummary& input = sample.input;
  out +=
      wrapped(fmt::format("{}: sample {} of split '{}', seed {}", info.name, sample.index, sample.split, sample.seed),
              columns, 2) +
      "\n\n";
  add("data", data_title(info.data_name, info.standin));
  add("label", fmt::format("{:.60}", sample.label_text()));
  if (sample.group >= 0) add("group", fmt::format("{:.60}", sample.group_text()));
  add("duration", fmt::format("{} steps of {:g} ms: {:g} ms", sample.steps, sample.step_ms, sample.duration_ms()));
  const auto [least, most] = std::ranges::minmax(input.channel_rates_hz);
  const bool analog = info.input_kind == InputKind::analog;
  add(analog ? "values" : "events",
      fmt::format("{}{} on {} channels", input.most_events, analog ? " that are not 0" : "", info.inputs));
  if (!analog) add("rate", fmt::format("{:.4g} Hz per channel, from {:.4g} to {:.4g} Hz", input.rate_hz, least, most));
  add("silent", silent_text(input));
  return out;
}

}  // namespace

std::string sample_text(const TaskInfo& info, const DescribedSample& sample, const Terminal& terminal) {
  const std::size_t columns =
      terminal.columns == kUnlimitedColumns ? kPipeColumns : std::min(terminal.columns, kMostColumns);
  Picture picture(columns, std::to_string(std::max(info.inputs, info.targets) - 1).size(), terminal.utf8);
  if (info.input_kind == InputKind::events) {
    draw_raster(picture, sample, info.inputs);
  } else {
    draw_map(picture, sample, info.inputs);
  }
  draw_target(picture, sample, info.targets);
  return facts(info, sample, columns) + picture.take();
}

}  // namespace hetsyn::cli
