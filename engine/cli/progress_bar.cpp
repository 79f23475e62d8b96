#include "cli/progress_bar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>

#include "cli/terminal.hpp"
#include "run/epoch_log.hpp"
#include "run/summary.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval{100};

std::string bar_text(std::uint64_t done, std::uint64_t all, std::size_t cells) {
  const std::size_t filled = all == 0 ? cells : std::min<std::size_t>(cells, cells * done / all);
  return "[" + std::string(filled, '=') + std::string(cells - filled, ' ') + "]";
}

/// What a bar says while training, longest first.
std::array<std::string, 4> training_forms(const StepRecord& record, std::uint64_t epochs, double samples_per_second,
                                          const std::string& elapsed, const std::string& left) {
  const std::string epoch = fmt::format("{}/{}", record.epoch, epochs);
  const std::string steps = fmt::format("{}/{}", record.step_in_epoch, record.steps_in_epoch);
  const auto bar = [&](std::size_t cells) { return bar_text(record.step_in_epoch, record.steps_in_epoch, cells); };
  std::string numbers = fmt::format("loss {}", metric_text(record.loss));
  if (!record.metrics.empty()) {
    numbers += fmt::format("  {} {}", record.metrics.front().name, metric_text(record.metrics.front().value));
  }
  return {fmt::format("epoch {} {} {}  {}  {:.0f} samples/s  {} elapsed, {} left", epoch, bar(20), steps, numbers,
                      samples_per_second, elapsed, left),
          fmt::format("epoch {} {} {}  {}  {}, {} left", epoch, bar(10), steps, numbers, elapsed, left),
          fmt::format("epoch {} {}  {}, {} left", epoch, bar(6), elapsed, left),
          fmt::format("{}  {} left", epoch, left)};
}

}  // namespace

ProgressBar::ProgressBar(bool shown, std::uint64_t epochs) : bar_(shown, kRedrawInterval), epochs_(epochs) {}

void ProgressBar::draw(std::span<const std::string> forms) {
  const Terminal terminal = terminal_of(STDOUT_FILENO);
  std::string text = first_fitting(forms, terminal.columns - 1);  // the cursor has the last column
  if (const std::size_t begin = text.find('['), end = text.find(']', begin); end != std::string::npos) {
    const std::string bar = text.substr(begin + 1, end - begin - 1);
    text.replace(begin + 1, bar.size(), terminal.paint(fmt::fg(fmt::terminal_color::green), bar));
  }
  bar_.show(std::move(text));
}

void ProgressBar::on_step(const StepRecord& record) {
  if (first_step_ == 0) first_step_ = record.step;
  throughput_.on_step(record);
  if (!bar_.due()) return;
  const double elapsed_s = std::chrono::duration<double>(Clock::now() - start_).count();
  const double steps_done = static_cast<double>(record.step - first_step_ + 1);
  const double left_s = elapsed_s / steps_done * static_cast<double>(record.total_steps - record.step);
  draw(training_forms(record, epochs_, throughput_.samples_per_second(), clock_text(elapsed_s), clock_text(left_s)));
}

void ProgressBar::on_evaluation(const std::string& split, std::size_t samples_done, std::size_t samples) {
  throughput_.on_evaluation();
  if (!bar_.due()) return;
  const std::string head = fmt::format("evaluating {} ", split), count = fmt::format(" {}/{}", samples_done, samples);
  draw(std::array{head + bar_text(samples_done, samples, 20) + count, head + bar_text(samples_done, samples, 6)});
}

}  // namespace hetsyn::cli
