#include "cli/sweep_display.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "cli/log.hpp"
#include "run/epoch_log.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval{500};

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
  log::info("[{}/{}] {} {}: {}  {}", ended_, models_, model.hash, settings_text(model.settings), outcome,
            clock_text(seconds));
}

double SweepDisplay::seconds_left() const {
  if (ended_ == 0) return -1.0;
  double under_way = 0.0;
  for (const auto& [hash, job] : running_) under_way += seconds_since(job.second);
  const double all = busy_seconds_ / static_cast<double>(ended_) * static_cast<double>(models_ - ended_);
  return std::max(0.0, all - under_way) / static_cast<double>(most_at_once_);
}

std::string SweepDisplay::table() const {
  // Switches line wrapping off within the table, so that long lines are cut at the width of the terminal.
  std::string out = "\x1b[?7l";
  for (const auto& [hash, job] : running_) {
    out += fmt::format("  {} {}{}  {}\n", hash, settings_text(job.first->settings), epoch_text(directory_.run(hash)),
                       clock_text(seconds_since(job.second)));
  }
  return out + fmt::format("  {} of {} models done, {} at work  ETA {}\x1b[?7h\n", ended_, models_, running_.size(),
                           clock_text(seconds_left()));
}

void SweepDisplay::draw() {
  if (status_.due()) status_.show(table());
}

}  // namespace hetsyn::cli
