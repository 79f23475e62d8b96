#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "backend/backend.hpp"
#include "data/augmentation.hpp"
#include "dynamics/decay.hpp"
#include "dynamics/optimizer.hpp"

/// How to train: the [train] and [augment] tables of a config as plain numbers, which are in the ranges of the schema.
namespace hetsyn {

struct OptimizerSettings {
  OptimizerKind kind = OptimizerKind::adamw;
  double learning_rate = 1e-3;
  DecayParameter decay_parameter = DecayParameter::decay;  ///< θ, which is trained in place of the decays r
  double decay_learning_rate_scale = 1.0;                  ///< learning rate of θ over that of the weights
  double adaptation_learning_rate_scale = 1.0;             ///< of b and m over that of the weights
  double weight_decay = 0.0;                               ///< on the weights
  std::optional<double> decay_weight_decay;                ///< on θ, b and m; absent: weight_decay
  double momentum = 0.0;                                   ///< sgd
  double beta1 = 0.9;                                      ///< adam, adamw
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double gradient_clip = 0.0;  ///< largest global gradient norm; 0: not clipped
  double decay_min = 0.0;      ///< clamp of r after each step
  double decay_max = 1.0;
};

enum class ScheduleKind : std::uint8_t { constant, step, cosine };
enum class ScheduleUnit : std::uint8_t { step, epoch };

/// Learning rate over time; formulas in training/schedule.hpp.
struct ScheduleSettings {
  ScheduleKind kind = ScheduleKind::constant;
  ScheduleUnit unit = ScheduleUnit::step;  ///< the rate changes after each optimizer step or after each epoch
  double factor = 0.8;                     ///< step: multiplies the rate …
  std::uint64_t every = 100;               ///< … every so many units
  double warmup = 0.05;                    ///< cosine: fraction of the span with linear warm-up
  double epochs = 0.0;                     ///< cosine: span in epochs; 0: the whole run
  double plateau = 0.0;                    ///< cosine: the rate stays constant from this fraction before the span's end
};

/// What selects the best epoch.
enum class Protocol : std::uint8_t {
  held_out,  ///< a validation set that is not trained on (the task's own if it has one)
  paper      ///< the test set, as published: trains on everything; the result is too optimistic
};

/// How a validation set is cut from the training samples.
enum class HoldOut : std::uint8_t {
  automatic,  ///< groups, if every sample has one and there are at least two; otherwise samples
  groups,     ///< whole groups (speakers, writers)
  samples     ///< samples, with the same fraction of each class
};

struct TrainSettings {
  std::uint64_t seed = 0;
  std::size_t batch = 32;      ///< samples per forward pass
  std::size_t accumulate = 1;  ///< forward passes per optimizer step
  std::uint64_t epochs = 100;
  std::optional<std::uint64_t> iterations;   ///< drawn tasks: optimizer steps; absent: epochs × iterations_per_epoch
  std::uint64_t iterations_per_epoch = 100;  ///< drawn tasks: optimizer steps that count as an epoch
  std::uint64_t max_steps = 0;               ///< largest number of optimizer steps; 0: no limit
  std::uint64_t patience = 0;            ///< end after so many evaluations without a better selection metric; 0: never
  std::uint64_t evaluate_every = 1;      ///< epochs between evaluations; the last epoch is always evaluated
  std::size_t evaluation_batch = 0;      ///< samples per forward pass in evaluations; 0: batch
  std::uint64_t evaluation_samples = 0;  ///< drawn tasks: samples per evaluated set; 0: the task's number
  std::uint64_t checkpoint_every_steps = 0;  ///< in addition to the ends of epochs; 0: only those
  Protocol protocol = Protocol::held_out;
  HoldOut hold_out = HoldOut::automatic;
  double validation_fraction = 0.1;                             ///< of the training samples
  MatmulPrecision matmul_precision = MatmulPrecision::float32;  ///< of the backend
  int checkpoint_tape = 1;                                      ///< BackendOptions::tape_parts
  SpikeAugmentation augmentation;                               ///< only for training samples
  OptimizerSettings optimizer;
  ScheduleSettings schedule;
};

/// Throws ConfigError with the key for values that contradict each other. config/schema.hpp has the range of each key.
void check(const TrainSettings& settings);

}  // namespace hetsyn
