#include "data/sample_fingerprint.hpp"

#include <fmt/format.h>

#include <span>

#include "base/digest.hpp"

namespace hetsyn {
namespace {

template <class T>
std::uint64_t hash_of_values(std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return hash_of({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Describes the difference; empty if there is none.
std::string difference(const SampleFingerprint& first, const SampleFingerprint& second) {
  if (first.label != second.label) return fmt::format("label {}, then {}", first.label, second.label);
  if (first.spikes != second.spikes) return "other spikes";
  if (first.analog != second.analog) return "other analog values";
  if (first.target != second.target) return "another target";
  return "";
}

}  // namespace

SampleFingerprint fingerprint(const Sample& sample) {
  const InputSample& input = *sample.input;
  const std::uint64_t offsets = hash_of_values(std::span(input.spikes.offsets));
  return {.label = sample.label,
          .spikes = 31 * offsets + hash_of_values(std::span(input.spikes.steps)),
          .analog = hash_of_values(std::span(input.analog)),
          .target = hash_of_values(std::span<const float>(sample.target))};
}

std::string fault_of_repeat(const SampleFingerprint& first, const SampleFingerprint& again, std::uint64_t seed) {
  const std::string found = difference(first, again);
  if (found.empty()) return "";
  return fmt::format(
      "fill() gives another sample when it is called again with the same seed, {}: {}; expected equal samples for "
      "equal requests",
      seed, found);
}

std::string fault_of_seed(const SampleFingerprint& first, const SampleFingerprint& other, std::uint64_t seed,
                          std::uint64_t other_seed) {
  const std::string found = difference(first, other);
  if (found.empty()) return "";
  return fmt::format(
      "fill() gives another sample for seed {} than for {}: {}; expected the same, as info.static_samples is set",
      other_seed, seed, found);
}

std::string fault_of_threads(const SampleFingerprint& first, const SampleFingerprint& again, int threads) {
  const std::string found = difference(first, again);
  if (found.empty()) return "";
  return fmt::format(
      "fill() gives another sample when {} threads call it at once: {}; expected equal samples for equal requests, so "
      "no call may change what another one reads",
      threads, found);
}

std::string fault_of_label(std::int32_t told, std::int32_t filled) {
  if (told == -1 || told == filled) return "";
  return fmt::format("sample_info() gives label {}, fill() {}; expected the same", told, filled);
}

}  // namespace hetsyn
