#pragma once
#include <hetsyn_task.h>

#include <cstddef>
#include <cstdint>
#include <hetsyn/view.hpp>

#include "hetsyn/error.hpp"
#include "hetsyn/random.hpp"

namespace hetsyn::sdk {

/// What the engine wants a sample for. Equal requests must give equal samples.
struct Request {
  std::uint32_t split = 0;
  std::uint64_t index = 0;
  std::uint64_t seed = 0;
  std::uint32_t steps = 0;  ///< T; Info::steps unless time is warped
  double time_scale = 1.0;  ///< event times are multiplied by this before they are binned

  /// Random numbers of this sample. Use different `stream`s for independent sequences.
  [[nodiscard]] Random random(std::uint64_t stream = 0) const { return Random({seed, split, index, stream}); }
};

/// Task::fill() writes a sample through it. Arrays are zero at first. Using what Info does not declare is a
/// ContractError.
class SampleWriter {
 public:
  SampleWriter(hetsyn_sample& sample, std::uint32_t steps, std::uint32_t inputs, std::uint32_t targets)
      : sample_(sample), steps_(steps), inputs_(inputs), targets_(targets) {}

  /// Adds a spike on channel `input` < inputs at `step` < steps. Any order is allowed; several spikes at one place
  /// count once. The engine owns the buffer: spikes beyond its end are only counted, and the engine calls fill() again
  /// with a larger buffer.
  void spike(std::uint32_t input, std::uint32_t step) {
    if (sample_.analog != nullptr) {
      throw ContractError("fill() calls spike(), but info.analog is true: expected values in analog()");
    }
    if (count_ < sample_.event_capacity) {
      sample_.event_input[count_] = input;
      sample_.event_step[count_] = step;
    }
    ++count_;
  }
  void label(std::int32_t label) { sample_.label = label; }
  /// [steps][inputs]; for a task with analog input only.
  [[nodiscard]] View<float, 2> analog() const {
    if (sample_.analog == nullptr) {
      throw ContractError("fill() calls analog(), but info.analog is false: expected calls of spike()");
    }
    return {{sample_.analog, std::size_t{steps_} * inputs_}, {steps_, inputs_}};
  }
  /// [steps][targets]; for a task with targets only.
  [[nodiscard]] View<float, 2> target() const {
    if (sample_.target == nullptr) throw ContractError("fill() calls target(), but info.targets = 0");
    return {{sample_.target, std::size_t{steps_} * targets_}, {steps_, targets_}};
  }
  [[nodiscard]] std::uint64_t spikes() const { return count_; }

 private:
  hetsyn_sample& sample_;
  std::uint32_t steps_, inputs_, targets_;
  std::uint64_t count_ = 0;
};

/// Adds a spike at `step` of the unwarped sample: multiplies the step by the request's time scale, and drops the spike
/// if it is then beyond the end.
inline void warped_spike(const Request& request, SampleWriter& out, std::uint32_t input, std::uint32_t step) {
  const double moved = static_cast<double>(step) * request.time_scale;
  if (moved < request.steps) out.spike(input, static_cast<std::uint32_t>(moved));
}

}  // namespace hetsyn::sdk
