#pragma once
#include <hetsyn_task.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "hetsyn/error.hpp"

namespace hetsyn::sdk {

/// The network's answer to a batch of B samples; views are valid during the call only.
class Batch {
 public:
  explicit Batch(const hetsyn_batch& batch) : batch_(batch) {}

  [[nodiscard]] std::size_t samples() const { return batch_.samples; }
  [[nodiscard]] std::size_t steps() const { return batch_.steps; }
  [[nodiscard]] std::size_t outputs() const { return batch_.outputs; }
  [[nodiscard]] std::size_t targets() const { return batch_.targets; }
  [[nodiscard]] double dt_ms() const { return batch_.dt_ms; }
  [[nodiscard]] std::int32_t label(std::size_t sample) const { return batch_.labels[sample]; }
  /// [T][K] of one sample: V^out of an integrator, spikes (0 or 1) of a spiking readout.
  [[nodiscard]] std::span<const float> readout(std::size_t sample) const {
    return std::span(batch_.readout, samples() * steps() * outputs())
        .subspan(sample * steps() * outputs(), steps() * outputs());
  }
  /// [T][targets] of one sample; for a task with targets only.
  [[nodiscard]] std::span<const float> target(std::size_t sample) const {
    if (batch_.target == nullptr) throw ContractError("a metric or loss reads target(), but info.targets = 0");
    return std::span(batch_.target, samples() * steps() * targets())
        .subspan(sample * steps() * targets(), steps() * targets());
  }

 private:
  const hetsyn_batch& batch_;
};

}  // namespace hetsyn::sdk
