#include "shd/spike_block.hpp"

#include <algorithm>
#include <cmath>
#include <hetsyn/error.hpp>
#include <limits>
#include <string>
#include <utility>

namespace hetsyn::tasks {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, std::size_t sample, const std::string& reason) {
  throw sdk::TaskError(file.string() + ": sample " + std::to_string(sample) + " " + reason);
}

template <class T>
bool is_sound(const Ragged<T>& ragged) {
  return !ragged.offsets.empty() && ragged.offsets.front() == 0 && ragged.offsets.back() == ragged.values.size() &&
         std::ranges::is_sorted(ragged.offsets) && ragged.values.size() <= std::numeric_limits<std::uint32_t>::max();
}

template <class T>
void check_lengths(const std::filesystem::path& file, std::size_t first, std::size_t count, const Ragged<T>& times,
                   const Ragged<std::uint16_t>& units) {
  if (!is_sound(times) || !is_sound(units) || times.rows() != count || units.rows() != count) {
    throw sdk::TaskError(file.string() + ": the lists of spikes from sample " + std::to_string(first) +
                         " on contradict themselves");
  }
  for (std::size_t i = 0; i < times.rows(); ++i) {
    if (times.length(i) == units.length(i)) continue;
    fail(file, first + i,
         "has " + std::to_string(times.length(i)) + " times and " + std::to_string(units.length(i)) + " units");
  }
}

void check_units(const std::filesystem::path& file, std::size_t first, const Ragged<std::uint16_t>& units) {
  const auto bad = std::ranges::find_if(units.values, [](std::uint16_t unit) { return unit >= kShdUnits; });
  if (bad == units.values.end()) return;
  const auto place = static_cast<std::uint64_t>(bad - units.values.begin());
  const auto row = std::ranges::upper_bound(units.offsets, place) - units.offsets.begin() - 1;
  fail(file, first + static_cast<std::size_t>(row),
       "has a spike of unit " + std::to_string(*bad) + "; units are 0 to 699");
}

/// Closes the gaps that spikes without a finite time leave.
template <class T, class IsFinite>
void take(Ragged<T>&& times, Ragged<std::uint16_t>&& units, IsFinite is_finite, std::vector<T>& out_times,
          SpikeBlock& out) {
  std::uint64_t kept = 0;
  for (std::size_t i = 0; i < times.rows(); ++i) {
    for (std::uint64_t e = times.offsets[i]; e < times.offsets[i + 1]; ++e) {
      if (!is_finite(times.values[e])) continue;
      times.values[kept] = times.values[e];
      units.values[kept++] = units.values[e];
    }
    out.offsets.push_back(static_cast<std::uint32_t>(kept));
  }
  out.dropped = times.values.size() - kept;
  times.values.resize(kept);
  units.values.resize(kept);
  out_times = std::move(times.values);
  out.unit = std::move(units.values);
}

}  // namespace

SpikeBlock check_spikes(const std::filesystem::path& file, std::size_t first, std::size_t count, RawSpikes&& raw,
                        const std::vector<float>& half_time_s) {
  SpikeBlock block;
  if (half_time_s.empty()) {
    check_lengths(file, first, count, raw.time_s, raw.unit);
    check_units(file, first, raw.unit);
    take(
        std::move(raw.time_s), std::move(raw.unit), [](float time) { return std::isfinite(time); }, block.time_s,
        block);
  } else {
    check_lengths(file, first, count, raw.half, raw.unit);
    check_units(file, first, raw.unit);
    take(
        std::move(raw.half), std::move(raw.unit),
        [&](std::uint16_t pattern) { return std::isfinite(half_time_s[pattern]); }, block.half, block);
  }
  return block;
}

}  // namespace hetsyn::tasks
