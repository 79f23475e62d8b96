#include "cli/sweep_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <hetsyn/exceptions.hpp>
#include <map>
#include <thread>

#include "base/files.hpp"
#include "cli/job_pool.hpp"
#include "cli/log.hpp"
#include "cli/sweep_display.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::chrono::milliseconds kPollInterval{20};

/// The last error in a log after its first `begin` bytes; empty if there is none.
std::string last_error(const std::filesystem::path& file, std::size_t begin) {
  if (!std::filesystem::exists(file)) return {};
  const std::string log = read_file(file).erase(0, begin);
  constexpr std::string_view kMark = "error: ";
  std::size_t at = log.rfind(kMark);
  while (at != std::string::npos && at > 0 && log[at - 1] != '\n') at = log.rfind(kMark, at - 1);
  if (at == std::string::npos) return {};
  return log.substr(at + kMark.size(), log.find('\n', at) - at - kMark.size());
}

class SweepRunner {
 public:
  SweepRunner(const SweepContext& context, std::span<const SweepModel> models, bool table)
      : context_(context), models_(models), display_(context.directory, open_models(context, models), table) {}

  /// Starts the next open model that no other process has claimed; false if there is none.
  bool start_next() {
    for (; next_ < models_.size(); ++next_) {
      const SweepModel& model = models_[next_];
      if (!context_.directory.is_open(model)) continue;
      const auto claim = context_.directory.claim(model.hash);
      if (!claim) {
        ++elsewhere_;
        continue;
      }
      if (!context_.directory.is_open(model)) continue;  // another process has just finished it
      // The child inherits the claim and keeps it as long as it lives, even if this process dies.
      const std::filesystem::path log = context_.directory.log(model.hash);
      log_begin_[next_] = std::filesystem::exists(log) ? std::filesystem::file_size(log) : 0;
      pool_.start(next_, log, [&] { return work_on_model(context_, model); });
      display_.on_start(model);
      ++next_;
      return true;
    }
    return false;
  }

  void take_ended() {
    for (const EndedJob& job : pool_.ended()) {
      const SweepModel& model = models_[job.id];
      const bool silent = job.exit_code != kExitInterrupted && context_.directory.is_open(model);
      const bool died = job.signal != 0 || silent;
      if (died) record_death(job);
      display_.on_end(model, outcome(model, job, died));
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

  /// Records the failure of a process that could not do so itself.
  void record_death(const EndedJob& job) const {
    const SweepModel& model = models_[job.id];
    std::string reason = fmt::format("its process ended with exit code {} and left points undone", job.exit_code);
    if (job.signal != 0) {
      reason = fmt::format("its process was ended by signal {} ({})", job.signal, ::strsignal(job.signal));
    }
    if (job.signal == SIGKILL) reason += "; is there enough memory?";
    const std::string last = last_error(context_.directory.log(model.hash), log_begin_.at(job.id));
    if (!last.empty()) reason += ": " + last;
    context_.directory.write_failure(model.hash, model.settings, reason);
  }

  [[nodiscard]] std::string outcome(const SweepModel& model, const EndedJob& job, bool died) const {
    if (job.exit_code == kExitSuccess && !died) return context_.directory.headline(model);
    if (job.exit_code == kExitInterrupted) return "interrupted";
    return fmt::format("failed, see {}", context_.directory.log(model.hash).string());
  }

  const SweepContext& context_;
  std::span<const SweepModel> models_;
  SweepDisplay display_;
  JobPool pool_;
  std::map<std::size_t, std::size_t> log_begin_;  ///< by job: size of its log before the job
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
      log::warning("finishing the current batches; interrupt again to stop at once");
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
