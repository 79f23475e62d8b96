#include "cli/sweep_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "cli/job_pool.hpp"
#include "cli/sweep_display.hpp"
#include "core/log.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::chrono::milliseconds kPollInterval{20};

class SweepRunner {
 public:
  SweepRunner(const SweepContext& context, std::span<const SweepModel> models, bool table)
      : context_(context), models_(models), display_(context.directory, open_models(context, models), table) {}

  /// Starts the next open model that no other process has; false where there is none.
  bool start_next() {
    for (; next_ < models_.size(); ++next_) {
      const SweepModel& model = models_[next_];
      if (!context_.directory.is_open(model)) continue;
      const auto claim = context_.directory.claim(model.hash);
      if (!claim) {
        ++elsewhere_;
        continue;
      }
      if (!context_.directory.is_open(model)) continue;  // another process has just done it
      // The child inherits the claim and keeps it as long as it lives, whatever happens to this process.
      pool_.start(next_, context_.directory.log(model.hash), [&] { return work_on_model(context_, model); });
      display_.on_start(model);
      ++next_;
      return true;
    }
    return false;
  }

  void take_ended() {
    for (const EndedJob& job : pool_.ended()) {
      const SweepModel& model = models_[job.id];
      if (job.signal != 0) record_death(model, job.signal);
      display_.on_end(model, outcome(model, job));
    }
  }

  void stop() const { pool_.signal_all(SIGTERM); }
  void draw() { display_.draw(); }
  [[nodiscard]] std::size_t at_work() const { return pool_.size(); }
  [[nodiscard]] std::size_t elsewhere() const { return elsewhere_; }

 private:
  static std::size_t open_models(const SweepContext& context, std::span<const SweepModel> models) {
    return static_cast<std::size_t>(
        std::ranges::count_if(models, [&](const SweepModel& model) { return context.directory.is_open(model); }));
  }

  void record_death(const SweepModel& model, int signal) const {
    const std::string hint = signal == SIGKILL ? "; is there enough memory?" : "";
    context_.directory.write_failure(
        model.hash, model.settings,
        fmt::format("its process was ended by signal {} ({}){}", signal, ::strsignal(signal), hint));
  }

  [[nodiscard]] std::string outcome(const SweepModel& model, const EndedJob& job) const {
    if (job.exit_code == 0) return context_.directory.headline(model);
    if (job.exit_code == 130) return "interrupted";
    return fmt::format("failed, see {}", context_.directory.log(model.hash).string());
  }

  const SweepContext& context_;
  std::span<const SweepModel> models_;
  SweepDisplay display_;
  JobPool pool_;
  std::size_t next_ = 0, elsewhere_ = 0;
};

}  // namespace

bool run_models(const SweepContext& context, std::span<const SweepModel> models, std::size_t jobs, bool table,
                const std::atomic<bool>& stop) {
  SweepRunner runner(context, models, table);
  bool stopping = false;
  for (;;) {
    runner.take_ended();
    if (stop && !stopping) {
      runner.stop();
      stopping = true;
    }
    while (!stopping && runner.at_work() < jobs && runner.start_next()) {
    }
    if (runner.at_work() == 0) break;
    runner.draw();
    std::this_thread::sleep_for(kPollInterval);
  }
  if (runner.elsewhere() > 0) log::info("{} models are left to other processes at work here", runner.elsewhere());
  return !stopping;
}

}  // namespace hetsyn::cli
