#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/aligned.hpp"

namespace hetsyn {

/// Sums of spikes over all steps are then exact in float32.
inline constexpr std::size_t kMaximumSteps = std::size_t{1} << 24;

/// The spikes of one sample: events sorted by channel, then by step; at most one per channel and step.
struct SpikeTrain {
  std::vector<std::uint32_t> offsets;  ///< [N+1]: events of channel i are steps[offsets[i] … offsets[i+1])
  std::vector<std::uint32_t> steps;    ///< [events], time step t

  [[nodiscard]] std::size_t channels() const { return offsets.empty() ? 0 : offsets.size() - 1; }
};

/// Converts events in any order: counting sort by channel, then by step within each channel; repeated events are
/// merged. Both lists must have the same length, channels must be < inputs and steps < kMaximumSteps.
SpikeTrain sorted_spike_train(std::span<const std::uint32_t> event_input, std::span<const std::uint32_t> event_step,
                              std::size_t inputs);

enum class InputKind : std::uint8_t { events, analog };

/// The input of one sample: events, or analog values.
struct InputSample {
  SpikeTrain spikes;            ///< InputKind::events
  AlignedVector<float> analog;  ///< InputKind::analog: [T][N]
};

/// What a backend has prepared from a sample, such as event lists; stored together with the sample. Immutable.
class PreparedInput {
 public:
  virtual ~PreparedInput() = default;
  [[nodiscard]] virtual std::size_t bytes() const = 0;
};

/// The input of a backend: B samples of T steps over N inputs. Samples are shared, never copied.
struct InputBatch {
  InputKind kind = InputKind::events;
  std::size_t steps = 0;                                       ///< T
  std::size_t inputs = 0;                                      ///< N
  std::vector<std::shared_ptr<const InputSample>> samples;     ///< [B]
  std::vector<std::shared_ptr<const PreparedInput>> prepared;  ///< [B] by Backend::prepare(), or empty

  [[nodiscard]] std::size_t size() const { return samples.size(); }
};

}  // namespace hetsyn
