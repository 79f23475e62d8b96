// A plugin's events to the engine's spike trains.
#include "host/spike_train.hpp"

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <set>
#include <utility>
#include <vector>

#include "fuzz/input.hpp"

using hetsyn::fuzz::require;

namespace {

/// The events as a sorted set, which is what a spike train is.
void check_against_set(const hetsyn::SpikeTrain& train, const std::vector<std::uint32_t>& channels,
                       const std::vector<std::uint32_t>& steps) {
  std::set<std::pair<std::size_t, std::uint32_t>> expected;
  for (std::size_t e = 0; e < channels.size(); ++e) expected.emplace(channels[e], steps[e]);
  require(train.offsets.front() == 0 && train.offsets.back() == train.steps.size(), "offsets span all events");
  auto next = expected.begin();
  for (std::size_t i = 0; i < train.channels(); ++i) {
    for (std::uint32_t e = train.offsets[i]; e < train.offsets[i + 1]; ++e, ++next) {
      require(next != expected.end() && next->first == i && next->second == train.steps[e], "events are those given");
    }
  }
  require(next == expected.end(), "no event is lost");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hetsyn::fuzz::Input input(data, size);
  const std::size_t inputs = 1U + input.take<std::uint8_t>();
  const std::uint32_t steps = 1U + input.take<std::uint32_t>() % hetsyn::kMaximumSteps;  // what the host admits
  std::vector<std::uint32_t> event_input, event_step;
  while (!input.empty()) {
    event_input.push_back(input.take<std::uint8_t>());
    event_step.push_back(input.take<std::uint32_t>() % (2U * steps));  // half of them outside
  }
  bool inside = true;
  for (std::size_t e = 0; e < event_input.size(); ++e) {
    inside = inside && event_input[e] < inputs && event_step[e] < steps;
  }
  try {
    const hetsyn::SpikeTrain train = hetsyn::make_spike_train(event_input, event_step, inputs, steps);
    require(inside, "events out of range are refused");
    require(train.channels() == inputs, "one row per channel");
    check_against_set(train, event_input, event_step);
  } catch (const hetsyn::PluginError&) {
    require(!inside, "events within range are accepted");
  }
  return 0;
}
