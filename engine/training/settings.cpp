#include "training/settings.hpp"

#include <fmt/format.h>

#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <string_view>

namespace hetsyn {
namespace {

constexpr std::uint32_t kMaximumShift = 1000000;  // of augmentation, in channels or ms: beyond any sample's size

template <class Number>
void require(bool good, std::string_view key, Number value, std::string_view expected) {
  if (good) return;
  throw ConfigError(fmt::format("train.{} = {}: expected {}", key, value, expected), fmt::format("train.{}", key));
}

void require_count(std::uint64_t value, std::string_view key) { require(value > 0, key, value, "1 or more"); }

void require_positive(double value, std::string_view key) {
  require(std::isfinite(value) && value > 0.0, key, value, "a positive number");
}

void require_not_negative(double value, std::string_view key) {
  require(std::isfinite(value) && value >= 0.0, key, value, "a number of 0 or more");
}

void require_below_one(double value, std::string_view key) {
  require(value >= 0.0 && value < 1.0, key, value, "a number from 0 to below 1");
}

void check_optimizer(const OptimizerSettings& optimizer) {
  require_positive(optimizer.learning_rate, "learning_rate");
  require_not_negative(optimizer.decay_learning_rate_scale, "decay_learning_rate_scale");
  require_not_negative(optimizer.weight_decay, "weight_decay");
  if (optimizer.decay_weight_decay) require_not_negative(*optimizer.decay_weight_decay, "decay_weight_decay");
  require_below_one(optimizer.momentum, "momentum");
  require_below_one(optimizer.beta1, "beta1");
  require_below_one(optimizer.beta2, "beta2");
  require_positive(optimizer.epsilon, "epsilon");
  require_not_negative(optimizer.gradient_clip, "gradient_clip");
  require(optimizer.decay_min >= 0.0 && optimizer.decay_min <= 1.0, "decay_min", optimizer.decay_min,
          "a number from 0 to 1");
  require(optimizer.decay_max >= optimizer.decay_min && optimizer.decay_max <= 1.0, "decay_max", optimizer.decay_max,
          "a number from decay_min to 1");
}

void require_augmentation(bool good, std::string_view key, double value, std::string_view expected) {
  if (good) return;
  throw ConfigError(fmt::format("augment.{} = {}: expected {}", key, value, expected), fmt::format("augment.{}", key));
}

void check_augmentation(const SpikeAugmentation& augmentation) {
  const auto fraction = [](double value, std::string_view key) {
    require_augmentation(value >= 0.0 && value <= 1.0, key, value, "a number from 0 to 1");
  };
  fraction(augmentation.blend_probability, "blend_probability");
  fraction(augmentation.drop_probability, "drop_probability");
  fraction(augmentation.drop_fraction, "drop_fraction");
  require_augmentation(augmentation.shift_channels <= kMaximumShift, "shift_channels", augmentation.shift_channels,
                       "an integer from 0 to 1000000");
  const auto shift = [](double value, std::string_view key) {
    require_augmentation(value >= 0.0 && value <= kMaximumShift, key, value, "a number from 0 to 1000000");
  };
  shift(augmentation.jitter_channels, "jitter_channels");
  shift(augmentation.shift_ms, "shift_ms");
}

void check_schedule(const ScheduleSettings& schedule) {
  require_positive(schedule.factor, "schedule.factor");
  require_count(schedule.every, "schedule.every");
  require_below_one(schedule.warmup, "schedule.warmup");
  require_below_one(schedule.plateau, "schedule.plateau");
  require_not_negative(schedule.epochs, "schedule.epochs");
}

}  // namespace

void check(const TrainSettings& settings) {
  require_count(settings.batch, "batch");
  require_count(settings.accumulate, "accumulate");
  require_count(settings.epochs, "epochs");
  if (settings.iterations) require_count(*settings.iterations, "iterations");
  require_count(settings.iterations_per_epoch, "iterations_per_epoch");
  require_count(settings.evaluate_every, "evaluate_every");
  require(settings.validation_fraction > 0.0 && settings.validation_fraction < 1.0, "validation_fraction",
          settings.validation_fraction, "a number between 0 and 1");
  check_optimizer(settings.optimizer);
  check_schedule(settings.schedule);
  check_augmentation(settings.augmentation);
}

}  // namespace hetsyn
