// Spikes as a file in SHD's format gave them, to checked spikes, to channels and steps. HDF5 itself runs in a child
// process and is not fuzzed here: its crashes are expected.
#include <cmath>
#include <hetsyn/error.hpp>
#include <string_view>

#include "fuzz/input.hpp"
#include "shd/binning.hpp"
#include "shd/spike_block.hpp"

using namespace hetsyn::tasks;
using hetsyn::Ragged;
using hetsyn::fuzz::Input;
using hetsyn::fuzz::require;

namespace {

/// The lower half of the patterns are times from 0 to 2 s, the upper half are not finite.
const std::vector<float>& half_times() {
  static const std::vector<float> times = [] {
    std::vector<float> values(65536, std::numeric_limits<float>::infinity());
    for (std::size_t i = 0; i < 32768; ++i) values[i] = static_cast<float>(i) / 16384.0F;
    return values;
  }();
  return times;
}

template <class T>
void take_rows(Input& input, std::size_t rows, Ragged<T>& ragged) {
  for (std::size_t i = 0; i < rows; ++i) ragged.offsets.push_back(ragged.offsets.back() + input.take<std::uint8_t>());
  const std::uint64_t spikes = ragged.offsets.back();
  if (input.take<std::uint8_t>() % 16 == 1)
    ragged.offsets[input.take<std::uint8_t>() % (rows + 1)] = input.take<std::uint32_t>();
  for (std::uint64_t e = 0; e < spikes; ++e) ragged.values.push_back(input.take<T>());
}

void check_block(const SpikeBlock& block, std::size_t rows) {
  require(block.offsets.size() == rows + 1 && block.offsets.front() == 0, "one row per recording");
  require(block.offsets.back() == block.unit.size(), "offsets span all spikes");
  const std::size_t times = std::visit([](const auto& list) { return list.size(); }, block.time);
  require(times == block.unit.size(), "a time for every unit");
  for (std::size_t i = 0; i < rows; ++i) require(block.offsets[i] <= block.offsets[i + 1], "rows follow each other");
}

double seconds(std::uint16_t pattern) { return half_times()[pattern]; }
double seconds(double time_s) { return time_s; }

void check_places(const SpikeBlock& block, const Binning& binning, std::uint32_t steps) {
  std::visit(
      [&](const auto& times) {
        for (std::size_t e = 0; e < block.unit.size(); ++e) {
          const double time_s = seconds(times[e]);
          require(std::isfinite(time_s) && block.unit[e] < kShdUnits, "times and units are in range");
          const auto place = binning(time_s, block.unit[e]);
          require(!place || (place->channel < kShdUnits && place->step < steps), "a place is within the sample");
        }
      },
      block.time);
}

template <class T>
RawSpikes take_spikes(Input& input, std::size_t rows) {
  RawSpikes raw;
  take_rows(input, rows, raw.time.emplace<Ragged<T>>());
  take_rows(input, rows, raw.unit);
  return raw;
}

RawSpikes take_spikes(Input& input, TimeType type, std::size_t rows) {
  switch (type) {
    case TimeType::half: return take_spikes<std::uint16_t>(input, rows);
    case TimeType::single_precision: return take_spikes<float>(input, rows);
    case TimeType::double_precision: break;
  }
  return take_spikes<double>(input, rows);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const auto type = static_cast<TimeType>(input.take<std::uint8_t>() % 3);
  const auto kind = input.take<std::uint8_t>() % 2 == 0 ? Binning::Kind::floor : Binning::Kind::paper;
  const std::uint32_t steps = 1U + input.take<std::uint8_t>();
  const Binning binning(kind, type, 4.0, input.take<std::uint8_t>() / 64.0, steps);
  const std::size_t rows = input.take<std::uint8_t>() % 8U;
  try {
    const SpikeBlock block = check_spikes("fuzz.h5", 0, rows, take_spikes(input, type, rows),
                                          type == TimeType::half ? half_times() : std::vector<float>());
    check_block(block, rows);
    check_places(block, binning, steps);
  } catch (const hetsyn::sdk::TaskError& error) {
    require(std::string_view(error.what()).starts_with("fuzz.h5: "), "an error names the file");
  }
  return 0;
}
