// Converts inputs in the caller's memory to samples of the engine.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/exceptions.hpp>

#include "library/array_task.hpp"

namespace hetsyn {
namespace {

using Inputs = std::vector<std::shared_ptr<const InputSample>>;

void check_size(std::size_t found, std::size_t expected, const std::string& what, std::string_view shape) {
  if (found == expected) return;
  throw DataError(fmt::format("{}: {} values; expected {} ({})", what, found, expected, shape));
}

Inputs from_analog(const Samples& samples, const std::string& what) {
  check_size(samples.analog.size(), samples.count * samples.steps * samples.inputs, what, "samples × steps × inputs");
  const View<const float, 3> x(samples.analog, {samples.count, samples.steps, samples.inputs});
  Inputs out;
  for (std::size_t b = 0; b < samples.count; ++b) {
    const std::span<const float> values = x.slice(b);
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
      throw DataError(fmt::format("{}, sample {}: a value is not finite", what, b));
    }
    auto sample = std::make_shared<InputSample>();
    sample->analog.assign(values.begin(), values.end());
    out.push_back(std::move(sample));
  }
  return out;
}

Inputs from_spikes(const Samples& samples, const std::string& what) {
  check_size(samples.spikes.size(), samples.count * samples.steps * samples.inputs, what, "samples × steps × inputs");
  const View<const std::uint8_t, 3> x(samples.spikes, {samples.count, samples.steps, samples.inputs});
  Inputs out;
  std::vector<std::uint32_t> units, steps;
  for (std::size_t b = 0; b < samples.count; ++b) {
    units.clear();
    steps.clear();
    for (std::size_t t = 0; t < samples.steps; ++t) {
      for (std::size_t i = 0; i < samples.inputs; ++i) {
        if (x(b, t, i) == 0) continue;
        units.push_back(static_cast<std::uint32_t>(i));
        steps.push_back(static_cast<std::uint32_t>(t));
      }
    }
    auto sample = std::make_shared<InputSample>();
    sample->spikes = sorted_spike_train(units, steps, samples.inputs);
    out.push_back(std::move(sample));
  }
  return out;
}

void check_offsets(const Events& events, const Samples& samples, const std::string& what) {
  check_size(events.offsets.size(), samples.count + 1, what + ", offsets of events", "samples + 1");
  check_size(events.steps.size(), events.units.size(), what + ", steps of events", "one per unit");
  const bool good = events.offsets.front() == 0 && std::ranges::is_sorted(events.offsets) &&
                    events.offsets.back() == events.units.size();
  if (good) return;
  throw DataError(fmt::format("{}: the offsets of events must ascend from 0 to the number of events, {}", what,
                              events.units.size()));
}

Inputs from_events(const Samples& samples, const std::string& what) {
  const Events& events = samples.events;
  check_offsets(events, samples, what);
  Inputs out;
  for (std::size_t b = 0; b < samples.count; ++b) {
    const std::size_t begin = events.offsets[b], count = events.offsets[b + 1] - begin;
    const auto units = events.units.subspan(begin, count), steps = events.steps.subspan(begin, count);
    for (std::size_t i = 0; i < count; ++i) {
      if (units[i] < samples.inputs && steps[i] < samples.steps) continue;
      throw DataError(
          fmt::format("{}, sample {}: an event of unit {} in step {}; expected units below {} and steps "
                      "below {}",
                      what, b, units[i], steps[i], samples.inputs, samples.steps));
    }
    auto sample = std::make_shared<InputSample>();
    sample->spikes = sorted_spike_train(units, steps, samples.inputs);
    out.push_back(std::move(sample));
  }
  return out;
}

}  // namespace

InputKind input_kind(const Samples& samples, const std::string& what) {
  const int kinds =
      (samples.analog.empty() ? 0 : 1) + (samples.spikes.empty() ? 0 : 1) + (samples.events.offsets.empty() ? 0 : 1);
  if (kinds != 1) {
    throw DataError(fmt::format("{}: {} kinds of input; expected one of analog, spikes and events", what, kinds));
  }
  return samples.analog.empty() ? InputKind::events : InputKind::analog;
}

std::vector<std::shared_ptr<const InputSample>> input_samples(const Samples& samples, const std::string& what) {
  if (samples.steps < 1 || samples.steps > kMaximumSteps) {
    throw DataError(fmt::format("{}: {} steps; expected 1 to {}", what, samples.steps, kMaximumSteps));
  }
  if (samples.inputs == 0) throw DataError(fmt::format("{}: no inputs; expected at least 1", what));
  if (input_kind(samples, what) == InputKind::analog) return from_analog(samples, what);
  return samples.spikes.empty() ? from_events(samples, what) : from_spikes(samples, what);
}

}  // namespace hetsyn
