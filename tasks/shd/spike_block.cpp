#include "shd/spike_block.hpp"

#include <algorithm>
#include <cmath>
#include <hetsyn/error.hpp>
#include <limits>
#include <string>
#include <type_traits>
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

template <class T>
void check_units(const std::filesystem::path& file, std::size_t first, const Ragged<T>& units) {
  const auto bad = std::ranges::find_if(
      units.values, [](T unit) { return std::cmp_less(unit, 0) || std::cmp_greater_equal(unit, kShdUnits); });
  if (bad == units.values.end()) return;
  const auto place = static_cast<std::uint64_t>(bad - units.values.begin());
  const auto row = std::ranges::upper_bound(units.offsets, place) - units.offsets.begin() - 1;
  fail(file, first + static_cast<std::size_t>(row),
       "has a spike of unit " + std::to_string(*bad) + "; units are 0 to " + std::to_string(kShdUnits - 1));
}

/// Removes spikes without a finite time.
template <class T, class IsFinite>
SpikeBlock take(Ragged<T>&& times, Ragged<std::uint16_t>&& units, const IsFinite& is_finite) {
  SpikeBlock block;
  std::uint64_t kept = 0;
  for (std::size_t i = 0; i < times.rows(); ++i) {
    for (std::uint64_t e = times.offsets[i]; e < times.offsets[i + 1]; ++e) {
      if (!is_finite(times.values[e])) continue;
      times.values[kept] = times.values[e];
      units.values[kept++] = units.values[e];
    }
    block.offsets.push_back(static_cast<std::uint32_t>(kept));
  }
  block.dropped = times.values.size() - kept;
  times.values.resize(kept);
  units.values.resize(kept);
  block.time = std::move(times.values);
  block.unit = std::move(units.values);
  return block;
}

}  // namespace

SpikeBlock check_spikes(const std::filesystem::path& file, std::size_t first, std::size_t count, RawSpikes&& raw,
                        const std::vector<float>& half_time_s) {
  const auto is_finite = [&](auto time) {
    if constexpr (std::is_same_v<decltype(time), std::uint16_t>) {
      return std::isfinite(half_time_s[time]);
    } else {
      return std::isfinite(time);
    }
  };
  const auto check_with = [&](auto& times) {
    check_lengths(file, first, count, times, raw.unit);
    check_units(file, first, raw.unit);
    return take(std::move(times), std::move(raw.unit), is_finite);
  };
  return std::visit(check_with, raw.time);
}

template <class Wide>
Ragged<std::uint16_t> narrowed_units(const std::filesystem::path& file, std::size_t first, Ragged<Wide>&& wide) {
  check_units(file, first, wide);
  return {std::move(wide.offsets), {wide.values.begin(), wide.values.end()}};
}

template Ragged<std::uint16_t> narrowed_units(const std::filesystem::path&, std::size_t, Ragged<std::int64_t>&&);
template Ragged<std::uint16_t> narrowed_units(const std::filesystem::path&, std::size_t, Ragged<std::uint64_t>&&);

}  // namespace hetsyn::tasks
