#include "data/input_summary.hpp"

#include <algorithm>

namespace hetsyn {

void InputSums::add(const InputSample& input, std::size_t steps) {
  const std::uint64_t events = info_.input_kind == InputKind::events ? count_spikes(input.spikes) : count_values(input);
  sums_.least_events = sums_.samples == 0 ? events : std::min(sums_.least_events, events);
  sums_.most_events = std::max(sums_.most_events, events);
  if (events == 0) ++sums_.empty_samples;
  ++sums_.samples;
  events_ += events;
  steps_ += steps;
}

std::uint64_t InputSums::count_spikes(const SpikeTrain& spikes) {
  for (std::size_t i = 0; i < spikes.channels(); ++i) channel_events_[i] += spikes.offsets[i + 1] - spikes.offsets[i];
  return spikes.steps.size();
}

std::uint64_t InputSums::count_values(const InputSample& input) {
  std::uint64_t events = 0;
  bool first = sums_.samples == 0;
  for (std::size_t at = 0; at < input.analog.size(); ++at) {
    const auto value = static_cast<double>(input.analog[at]);
    sums_.least_value = first ? value : std::min(sums_.least_value, value);
    sums_.most_value = first ? value : std::max(sums_.most_value, value);
    first = false;
    value_sum_ += value;
    if (value == 0.0) continue;
    ++channel_events_[at % info_.inputs];
    ++events;
  }
  return events;
}

InputSummary InputSums::summary() const {
  InputSummary out = sums_;
  if (out.samples == 0) return out;
  const double seconds = 1e-3 * info_.step_ms * static_cast<double>(steps_),
               channels = static_cast<double>(info_.inputs);
  out.mean_events = static_cast<double>(events_) / static_cast<double>(out.samples);
  out.rate_hz = static_cast<double>(events_) / (seconds * channels);
  out.mean_value = value_sum_ / (static_cast<double>(steps_) * channels);
  for (std::size_t i = 0; i < channel_events_.size(); ++i) {
    out.channel_rates_hz.push_back(static_cast<double>(channel_events_[i]) / seconds);
    if (channel_events_[i] == 0) out.silent.push_back(i);
  }
  return out;
}

}  // namespace hetsyn
