#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/task_port.hpp"

/// What the input of samples is like: how many events, at which rates, on which channels.
namespace hetsyn {

/// Of analog input, an event is a value other than 0.
struct InputSummary {
  std::size_t samples = 0, empty_samples = 0;  ///< empty: without an event
  std::uint64_t least_events = 0, most_events = 0;
  double mean_events = 0.0;              ///< of a sample
  double rate_hz = 0.0;                  ///< events of a channel per second of the data's own time
  std::vector<double> channel_rates_hz;  ///< [N]
  std::vector<std::size_t> silent;       ///< channels without any event
  double least_value = 0.0, mean_value = 0.0, most_value = 0.0;  ///< of analog input
};

/// Sums over samples of a task, one after the other.
class InputSums {
 public:
  /// `info` must outlive this object.
  explicit InputSums(const TaskInfo& info) : info_(info), channel_events_(info.inputs, 0) {}
  /// A sample of `steps` steps.
  void add(const InputSample& input, std::size_t steps);
  [[nodiscard]] InputSummary summary() const;

 private:
  std::uint64_t count_spikes(const SpikeTrain& spikes);
  std::uint64_t count_values(const InputSample& input);

  const TaskInfo& info_;
  InputSummary sums_;
  std::uint64_t events_ = 0, steps_ = 0;
  std::vector<std::uint64_t> channel_events_;
  double value_sum_ = 0.0;
};

}  // namespace hetsyn
