#include "cli/progress_bar.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "run/epoch_log.hpp"
#include "run/summary.hpp"

namespace hetsyn::cli {
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

}  // namespace

ProgressBar::ProgressBar(bool shown, std::uint64_t epochs) : bar_(shown, kRedrawInterval), epochs_(epochs) {}

void ProgressBar::draw(std::string text) {
  if (!bar_.due()) return;
  text.resize(std::min(text.size(), terminal_width() - 1));
  bar_.show(std::move(text));
}

void ProgressBar::on_step(const StepRecord& record) {
  if (first_step_ == 0) first_step_ = record.step;
  throughput_.on_step(record);
  std::string text = fmt::format("epoch {}/{} {} {}/{}  loss {}", record.epoch, epochs_,
                                 bar_text(record.step_in_epoch, record.steps_in_epoch), record.step_in_epoch,
                                 record.steps_in_epoch, metric_text(record.loss));
  if (!record.metrics.empty()) {
    text += fmt::format("  {} {}", record.metrics.front().name, metric_text(record.metrics.front().value));
  }
  const double elapsed_s = std::chrono::duration<double>(Clock::now() - start_).count();
  const double steps_done = static_cast<double>(record.step - first_step_ + 1);
  const double left_s = elapsed_s / steps_done * static_cast<double>(record.total_steps - record.step);
  text += fmt::format("  {:.0f} samples/s  ETA {}", throughput_.samples_per_second(), clock_text(left_s));
  draw(std::move(text));
}

void ProgressBar::on_evaluation(const std::string& split, std::size_t samples_done, std::size_t samples) {
  throughput_.on_evaluation();
  draw(fmt::format("evaluating {} {} {}/{}", split, bar_text(samples_done, samples), samples_done, samples));
}

}  // namespace hetsyn::cli
