#include "run/progress_display.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/log.hpp"
#include "run/summary.hpp"

namespace hetsyn {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval{100};
constexpr std::size_t kBarCells = 20;

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string bar_text(std::uint64_t done, std::uint64_t all) {
  const std::size_t filled = all == 0 ? kBarCells : std::min<std::size_t>(kBarCells, kBarCells * done / all);
  return "[" + std::string(filled, '=') + std::string(kBarCells - filled, ' ') + "]";
}

double seconds(std::chrono::steady_clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

std::string clock_text(double duration_s) {
  if (!std::isfinite(duration_s) || duration_s < 0) return "-";
  const auto whole = static_cast<std::uint64_t>(std::llround(duration_s));
  const std::uint64_t hours = whole / 3600, minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{}:{:02}", minutes, whole % 60);
}

ProgressDisplay::ProgressDisplay(bool bar, std::uint64_t epochs, std::string metric)
    : bar_(bar, kRedrawInterval), epochs_(epochs), shown_metrics_{std::move(metric)} {
  if (shown_metrics_.front() != "loss") shown_metrics_.emplace_back("loss");
}

void ProgressDisplay::draw(std::string text) {
  if (!bar_.due()) return;
  text.resize(std::min(text.size(), terminal_width() - 1));
  bar_.show(std::move(text));
}

void ProgressDisplay::on_step(const StepRecord& record) {
  const Clock::time_point now = Clock::now();
  if (first_step_ == 0) first_step_ = record.step;
  if (record.step_in_epoch == 1) {
    epoch_samples_ = 0;
    epoch_training_ = {};
  }
  epoch_samples_ += record.samples;
  epoch_training_ += now - last_event_;
  last_event_ = now;
  std::string text = fmt::format("epoch {}/{} {} {}/{}  loss {}", record.epoch, epochs_,
                                 bar_text(record.step_in_epoch, record.steps_in_epoch), record.step_in_epoch,
                                 record.steps_in_epoch, metric_text(record.loss));
  if (!record.metrics.empty()) {
    text += fmt::format("  {} {}", record.metrics.front().name, metric_text(record.metrics.front().value));
  }
  const double steps_done = static_cast<double>(record.step - first_step_ + 1);
  const double left_s = seconds(now - start_) / steps_done * static_cast<double>(record.total_steps - record.step);
  text += fmt::format("  {:.0f} samples/s  ETA {}", static_cast<double>(epoch_samples_) / seconds(epoch_training_),
                      clock_text(left_s));
  draw(std::move(text));
}

void ProgressDisplay::on_evaluation(const std::string& split, std::size_t samples_done, std::size_t samples) {
  last_event_ = Clock::now();
  draw(fmt::format("evaluating {} {} {}/{}", split, bar_text(samples_done, samples), samples_done, samples));
}

void ProgressDisplay::on_epoch(const EpochRecord& record) {
  const std::string last = fmt::format("{}", epochs_);
  std::string text = fmt::format("epoch {:>{}}/{}", record.epoch, last.size(), last);
  for (const SplitMetrics& split : record.splits) {
    text += fmt::format("  {}", split.split);
    for (const std::string& name : shown_metrics_) {
      if (const auto value = record.metric(split.split, name)) text += fmt::format(" {} {:<6.4g}", name, *value);
    }
  }
  text += fmt::format("  {:.0f} samples/s  {}", static_cast<double>(epoch_samples_) / seconds(epoch_training_),
                      clock_text(seconds(Clock::now() - start_)));
  log::info("{}", text);
}

}  // namespace hetsyn
