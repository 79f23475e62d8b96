#pragma once
#include <algorithm>
#include <cstdint>

#include "core/rng.hpp"
#include "plugin/shd_file.hpp"

namespace hetsyn::test {

/// Recordings of one second in SHD's format, `spikes` of each at random times on its 700 units; 20 classes, 12
/// speakers.
inline ShdFile random_recordings(std::size_t samples, std::size_t spikes, std::uint64_t seed) {
  ShdFile file;
  file.keys = 20;
  for (std::size_t n = 0; n < samples; ++n) {
    RandomStream random(seed, RandomPurpose::test, static_cast<std::uint32_t>(n));
    std::vector<double> times(spikes);
    std::vector<std::int64_t> units(spikes);
    for (double& time : times) time = random.uniform();
    for (std::int64_t& unit : units) unit = static_cast<std::int64_t>(random.bits() % 700);
    std::sort(times.begin(), times.end());
    file.times.push_back(std::move(times));
    file.units.push_back(std::move(units));
    file.labels.push_back(static_cast<std::int64_t>(n % file.keys));
    file.speakers.push_back(static_cast<std::int64_t>(n % 12));
  }
  return file;
}

}  // namespace hetsyn::test
