#pragma once
#include <cstdint>
#include <string>

#include "data/task_port.hpp"

/// What two samples that should be equal are compared by.
namespace hetsyn {

/// Identifies a sample without keeping its arrays, which may be large.
struct SampleFingerprint {
  std::int32_t label = -1;
  std::uint64_t spikes = 0, analog = 0, target = 0;  ///< hashes

  bool operator==(const SampleFingerprint&) const = default;
};

SampleFingerprint fingerprint(const Sample& sample);

/// What a task does wrong whose fill() gave one sample and then another, as the end of a sentence that begins with the
/// place of the sample. Empty if the samples are equal.
std::string fault_of_repeat(const SampleFingerprint& first, const SampleFingerprint& again, std::uint64_t seed);
/// The same for a task whose samples should not depend on the seed.
std::string fault_of_seed(const SampleFingerprint& first, const SampleFingerprint& other, std::uint64_t seed,
                          std::uint64_t other_seed);
/// The same for calls from several threads at once.
std::string fault_of_threads(const SampleFingerprint& first, const SampleFingerprint& again, int threads);
/// The same for the label that sample_info() told, −1 if it told none, and that of fill().
std::string fault_of_label(std::int32_t told, std::int32_t filled);

}  // namespace hetsyn
