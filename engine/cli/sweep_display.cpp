#include "cli/sweep_display.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/files.hpp"
#include "cli/log.hpp"
#include "cli/terminal.hpp"
#include "run/epoch_log.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval{500};
constexpr std::size_t kMostRows = 8;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The progress of a training: "epoch 3"; empty before the end of the first epoch.
std::string epoch_text(const std::filesystem::path& run) {
  const std::filesystem::path metrics = run / "metrics.jsonl";
  if (!std::filesystem::exists(metrics)) return "";
  const std::string lines = read_file(metrics);
  return fmt::format("  epoch {}", std::ranges::count(lines, '\n'));
}

}  // namespace

SweepDisplay::SweepDisplay(const SweepDirectory& directory, std::size_t models, bool table)
    : directory_(directory), models_(models), status_(table, kRedrawInterval) {}

void SweepDisplay::on_start(const SweepModel& model) {
  running_.try_emplace(model.hash, &model, Clock::now());
  most_at_once_ = std::max(most_at_once_, running_.size());
}

void SweepDisplay::on_end(const SweepModel& model, const std::string& outcome) {
  const auto at = running_.find(model.hash);
  const double seconds = seconds_since(at->second.second);
  running_.erase(at);
  ++ended_;
  busy_seconds_ += seconds;
  status_.clear();  // it still shows the model
  const std::string head = fmt::format("[{}/{}] ", ended_, models_), settings = settings_text(model.settings),
                    tail = fmt::format(": {}  {}", outcome, clock_text(seconds));
  log::write_fitting([&](std::size_t columns) {
    const std::string full = head + model.hash + " " + settings + tail;
    return columns_of(full) <= columns ? full : head + settings + tail;
  });
}

double SweepDisplay::seconds_left() const {
  if (ended_ == 0) return -1.0;
  double under_way = 0.0;
  for (const auto& [hash, job] : running_) under_way += seconds_since(job.second);
  const double all = busy_seconds_ / static_cast<double>(ended_) * static_cast<double>(models_ - ended_);
  return std::max(0.0, all - under_way) / static_cast<double>(most_at_once_);
}

std::string SweepDisplay::table(std::size_t columns) const {
  std::string out;
  std::size_t shown = 0;
  for (const auto& [hash, job] : running_) {
    if (++shown > kMostRows) break;
    const SweepSettings& settings = job.first->settings;
    const std::string progress =
        fmt::format("{}  {}", epoch_text(directory_.run(hash)), clock_text(seconds_since(job.second)));
    const std::size_t room = columns - std::min(columns, progress.size() + 2);
    out += fmt::format("  {}{}\n",
                       first_fitting(std::array{hash + " " + settings_text(settings), settings_text(settings),
                                                short_settings_text(settings), values_text(settings)},
                                     room),
                       progress);
  }
  if (running_.size() > kMostRows) out += fmt::format("  and {} more\n", running_.size() - kMostRows);
  const std::string elapsed = clock_text(seconds_since(start_)), left = clock_text(seconds_left());
  return out +
         first_fitting(std::array{fmt::format("  {} of {} models done, {} at work  {} elapsed, {} left", ended_,
                                              models_, running_.size(), elapsed, left),
                                  fmt::format("  {}/{}, {} at work  {}, {} left", ended_, models_, running_.size(),
                                              elapsed, left)},
                       columns) +
         "\n";
}

void SweepDisplay::draw() {
  if (status_.due()) status_.show(table(terminal_of(STDOUT_FILENO).columns));
}

}  // namespace hetsyn::cli
