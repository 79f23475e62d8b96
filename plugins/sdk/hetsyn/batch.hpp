#pragma once
#include <hetsyn_task.h>

#include <cstddef>
#include <cstdint>
#include <hetsyn/view.hpp>
#include <vector>

#include "hetsyn/error.hpp"

namespace hetsyn::sdk {

/// Readout, labels and targets of a batch of B samples; the views are valid during the call only.
class Batch {
 public:
  explicit Batch(const hetsyn_batch& batch) : batch_(batch) {}

  [[nodiscard]] std::size_t samples() const { return batch_.samples; }
  [[nodiscard]] std::size_t steps() const { return batch_.steps; }
  [[nodiscard]] std::size_t outputs() const { return batch_.outputs; }
  [[nodiscard]] std::size_t targets() const { return batch_.targets; }
  [[nodiscard]] double dt_ms() const { return batch_.dt_ms; }
  [[nodiscard]] std::int32_t label(std::size_t sample) const { return batch_.labels[sample]; }
  /// [B][T][K]: V^out of an integrator, spikes (0 or 1) of a spiking readout.
  [[nodiscard]] View<const float, 3> readout() const { return by_step(batch_.readout, outputs()); }
  /// [T][K] of one sample.
  [[nodiscard]] View<const float, 2> readout(std::size_t sample) const { return readout().slice(sample); }
  /// [B][T][targets]; for a task with targets only.
  [[nodiscard]] View<const float, 3> target() const {
    if (batch_.target == nullptr) throw ContractError("a metric or loss reads target(), but info.targets = 0");
    return by_step(batch_.target, targets());
  }
  /// [T], the time of each step: x of a curve in a plot.
  [[nodiscard]] std::vector<double> times_ms() const {
    std::vector<double> times(steps());
    for (std::size_t t = 0; t < times.size(); ++t) times[t] = static_cast<double>(t) * dt_ms();
    return times;
  }
  /// [T][targets] of one sample.
  [[nodiscard]] View<const float, 2> target(std::size_t sample) const { return target().slice(sample); }

 private:
  [[nodiscard]] View<const float, 3> by_step(const float* values, std::size_t columns) const {
    return {{values, samples() * steps() * columns}, {samples(), steps(), columns}};
  }

  const hetsyn_batch& batch_;
};

}  // namespace hetsyn::sdk
