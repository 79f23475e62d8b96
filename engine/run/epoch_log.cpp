#include "run/epoch_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/columns.hpp"
#include "run/summary.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kCell = 8, kRowsPerHead = 20;

/// A number of an epoch, in a column of a table.
struct EpochCell {
  std::string group = {}, title = {}, text = {};  ///< the group's name is above its first column
  std::size_t width = kCell;
  int rank = 0;  ///< where there is no room, the last in rank is left out first
};

std::size_t total_width(const std::vector<EpochCell>& cells) {
  std::size_t width = 0;
  for (const EpochCell& cell : cells) width += cell.width + (width == 0 ? 0 : 1);
  return width;
}

void leave_out_until_they_fit(std::vector<EpochCell>& cells, std::size_t columns) {
  while (cells.size() > 1 && total_width(cells) > columns) {
    std::ranges::reverse(cells);  // of equal ranks, the last one
    cells.erase(std::ranges::max_element(cells, {}, &EpochCell::rank));
    std::ranges::reverse(cells);
  }
}

std::string table_row(const std::vector<EpochCell>& cells) {
  std::string out;
  for (const EpochCell& cell : cells) out += fmt::format("{}{:>{}}", out.empty() ? "" : " ", cell.text, cell.width);
  return out;
}

/// Two lines: groups and titles.
std::string table_head(const std::vector<EpochCell>& cells) {
  std::string groups, titles;
  std::string_view group;
  for (const EpochCell& cell : cells) {
    const std::string gap(titles.empty() ? 0 : 1, ' ');
    const std::string shown = cell.group == group ? std::string() : cell.group;
    group = cell.group;
    groups += fmt::format("{}{:>{}.{}}", gap, shown, cell.width, cell.width);
    titles += fmt::format("{}{:>{}}", gap, cell.title, cell.width);
  }
  return groups.erase(groups.find_last_not_of(' ') + 1) + "\n" + titles;
}

}  // namespace

EpochLog::EpochLog(const Log& log, std::uint64_t epochs, std::string metric)
    : log_(log), epochs_(epochs), shown_metrics_{std::move(metric)} {
  if (shown_metrics_.front() != "loss") shown_metrics_.emplace_back("loss");
}

std::string EpochLog::line(const EpochRecord& record, std::string_view elapsed) const {
  const std::string last = fmt::format("{}", epochs_);
  std::string text = fmt::format("epoch {:>{}}/{}", record.epoch, last.size(), last);
  for (const SplitMetrics& split : record.splits) {
    text += fmt::format("  {}", split.split);
    for (const std::string& name : shown_metrics_) {
      if (const auto value = record.metric(split.split, name)) text += fmt::format(" {} {:<6.4g}", name, *value);
    }
  }
  return fmt::format("{}  {:.0f} samples/s  {}", text, throughput_.samples_per_second(), elapsed);
}

std::string EpochLog::row(const EpochRecord& record, std::string_view elapsed, std::size_t columns) {
  const std::string last = fmt::format("{}", epochs_);
  std::vector<EpochCell> cells{{.group = "",
                                .title = "epoch",
                                .text = fmt::format("{:>{}}/{}", record.epoch, last.size(), last),
                                .width = std::max<std::size_t>(5, 2 * last.size() + 1)}};
  for (const std::string& name : shown_metrics_) {
    for (const SplitMetrics& split : record.splits) {
      const auto value = record.metric(split.split, name);
      if (!value) continue;
      const bool trained = split.split == "train", is_loss = name == "loss" && shown_metrics_.size() > 1;
      cells.push_back({.group = name,
                       .title = first_fitting(std::array{split.split, split.split.substr(0, kCell - 3) + "."}, kCell),
                       .text = metric_text(*value, kCell),
                       .rank = is_loss ? (trained ? 4 : 5) : (trained ? 3 : 1)});
    }
  }
  cells.push_back(
      {.title = "samples/s", .text = fmt::format("{:.0f}", throughput_.samples_per_second()), .width = 9, .rank = 6});
  cells.push_back({.title = "time", .text = std::string(elapsed), .width = 7, .rank = 2});
  leave_out_until_they_fit(cells, columns);

  const std::string head = table_head(cells);
  const bool due = head != head_ || rows_since_head_ == kRowsPerHead;
  rows_since_head_ = due ? 1 : rows_since_head_ + 1;
  head_ = head;
  return (due ? head + "\n" : std::string()) + table_row(cells);
}

void EpochLog::on_epoch(const EpochRecord& record) {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
  const std::string elapsed = clock_text(seconds.count());
  log_.write_fitting([&](std::size_t columns) {
    const std::string text = line(record, elapsed);
    return columns_of(text) <= columns ? text : row(record, elapsed, columns);
  });
}

std::string clock_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "-";
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  const std::uint64_t hours = whole / 3600, minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{}:{:02}", minutes, whole % 60);
}

}  // namespace hetsyn
