#include "training/progress_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <hetsyn/exceptions.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hetsyn {
namespace {

/// Throws the errors about one file.
class Check {
 public:
  explicit Check(const std::string& file) : file_(file) {}

  void equal(std::string_view item, std::uint64_t value, std::uint64_t expected) const {
    if (value != expected) fail(item, value, fmt::format("expected {}", expected));
  }
  void at_least(std::string_view item, std::uint64_t value, std::uint64_t least) const {
    if (value < least) fail(item, value, fmt::format("expected at least {}", least));
  }
  void at_most(std::string_view item, std::uint64_t value, std::uint64_t most) const {
    if (value > most) fail(item, value, fmt::format("expected at most {}", most));
  }

 private:
  [[noreturn]] void fail(std::string_view item, std::uint64_t value, const std::string& expectation) const {
    throw RunError(fmt::format("{}: {} is {}; {} in this run", file_, item, value, expectation));
  }

  const std::string& file_;
};

void check_sums(const Check& check, const TrainingProgress& progress, const ProgressLimits& limits) {
  const EpochSums& sums = progress.sums;
  const bool within = progress.step_in_epoch > 0;  // an epoch has begun; without steps in it there are no sums
  check.at_most("progress/sums/samples", sums.samples, progress.step_in_epoch * limits.samples_per_step);
  check.at_least("progress/sums/samples", sums.samples, within ? 1 : 0);
  check.equal("the length of progress/sums/metrics", sums.metrics.size(), within ? limits.metrics : 0);
  check.equal("the length of progress/sums/rates_hz", sums.rates_hz.size(), within ? limits.populations : 0);
}

void check_records(const Check& check, const TrainingProgress& progress) {
  const RunRecords& records = progress.records;
  const std::array<std::pair<const char*, const std::optional<EpochRecord>*>, 4> all{
      {{"last", &records.last},
       {"best_validation", &records.best_validation},
       {"best_test", &records.best_test},
       {"provisional", &records.provisional}}};
  for (const auto& [name, record] : all) {
    if (!*record) continue;
    const bool next = (*record)->provisional && progress.step_in_epoch > 0;  // within an epoch
    check.at_most(fmt::format("records/{}/epoch", name), (*record)->epoch, progress.epoch + (next ? 1 : 0));
    check.at_most(fmt::format("records/{}/step", name), (*record)->step, progress.step);
  }
  check.equal("the number of records/last", records.last ? 1 : 0, progress.epoch > 0 ? 1 : 0);
}

}  // namespace

void check_progress(const Checkpoint& checkpoint, const ProgressLimits& limits) {
  const TrainingProgress& progress = checkpoint.progress;
  const TrainingLength& length = limits.length;
  const Check check(checkpoint.file);
  check.equal("progress/seed", progress.seed, limits.seed);
  check.at_most("progress/step", progress.step, length.scheduled);
  check.at_most("progress/step_in_epoch", progress.step_in_epoch, std::min(length.steps_per_epoch, progress.step));
  // The last epoch of a run may be shorter than the others.
  const std::uint64_t steps_before = progress.step - progress.step_in_epoch;
  check.equal("progress/epoch", progress.epoch, (steps_before + length.steps_per_epoch - 1) / length.steps_per_epoch);
  check.at_most("progress/evaluations_without_improvement", progress.evaluations_without_improvement, progress.epoch);
  check_sums(check, progress, limits);
  check_records(check, progress);
}

}  // namespace hetsyn
