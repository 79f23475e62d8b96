#include "run/epoch_log.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace hetsyn {

EpochLog::EpochLog(const Log& log, std::uint64_t epochs, std::string metric)
    : log_(log), epochs_(epochs), shown_metrics_{std::move(metric)} {
  if (shown_metrics_.front() != "loss") shown_metrics_.emplace_back("loss");
}

void EpochLog::on_epoch(const EpochRecord& record) {
  const std::string last = fmt::format("{}", epochs_);
  std::string text = fmt::format("epoch {:>{}}/{}", record.epoch, last.size(), last);
  for (const SplitMetrics& split : record.splits) {
    text += fmt::format("  {}", split.split);
    for (const std::string& name : shown_metrics_) {
      if (const auto value = record.metric(split.split, name)) text += fmt::format(" {} {:<6.4g}", name, *value);
    }
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  log_.info("{}  {:.0f} samples/s  {}", text, throughput_.samples_per_second(), clock_text(elapsed.count()));
}

std::string clock_text(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "-";
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  const std::uint64_t hours = whole / 3600, minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{}:{:02}", minutes, whole % 60);
}

}  // namespace hetsyn
