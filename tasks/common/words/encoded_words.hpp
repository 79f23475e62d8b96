#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "common/words/encoder.hpp"

namespace hetsyn::tasks {

/// The spikes of n recordings.
struct EncodedWords {
  std::vector<std::uint64_t> offsets{0};  ///< [n+1]: spikes of recording i are [offsets[i], offsets[i+1])
  std::vector<std::uint16_t> step, unit;  ///< [spikes]

  bool operator==(const EncodedWords&) const = default;
};

/// The schema's keys of the cache.
std::vector<sdk::Key> cache_keys();

/// Reads and encodes the files on all cores; or takes what an earlier call with files of the same content and the same
/// encoder left in the cache, in a file that starts with `name`. A cache that cannot be used is made again, one that
/// cannot be written does without: both are told by a warning. Throws sdk::TaskError for the first file that cannot
/// be read.
EncodedWords encode_words(const sdk::OpenArgs& args, const std::string& name,
                          const std::vector<std::filesystem::path>& files, const Encoder& encoder);

}  // namespace hetsyn::tasks
