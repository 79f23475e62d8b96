#include "run/extension.hpp"

#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>

namespace hetsyn {
namespace {

bool depends_on_length(const ScheduleSettings& schedule) {
  return schedule.kind == ScheduleKind::cosine && schedule.epochs == 0.0;
}

}  // namespace

std::optional<Extension> extension_of(const std::string& run, const SampleSet& train, const TrainSettings& recorded,
                                      const TrainSettings& settings, const TrainingProgress& progress) {
  const TrainingLength before = training_length(train, recorded), now = training_length(train, settings);
  if (before.scheduled == now.scheduled) return std::nullopt;
  const auto refuse = [&](const std::string& reason) { throw UsageError(fmt::format("{}: {}", run, reason)); };
  if (now.scheduled < before.scheduled) {
    refuse(
        fmt::format("a run of {} steps that is resumed cannot be made shorter, to {} steps; expected as many or "
                    "more, or train.max_steps",
                    before.scheduled, now.scheduled));
  }
  if (depends_on_length(settings.schedule)) {
    refuse(
        fmt::format("train.schedule is a cosine over the whole run, whose {} steps cannot become {} afterwards; "
                    "expected the length that the run had, or another run",
                    before.scheduled, now.scheduled));
  }
  if (progress.step_in_epoch == 0 && progress.step % before.steps_per_epoch != 0) {
    refuse(
        fmt::format("the run has ended within an epoch, after {} of its {} steps; only one that ended with a whole "
                    "epoch can be made longer",
                    progress.step % before.steps_per_epoch, before.steps_per_epoch));
  }
  return Extension{progress.step, before.scheduled, now.scheduled};
}

}  // namespace hetsyn
