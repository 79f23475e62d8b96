#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <hetsyn/config.hpp>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "common/words/encoder.hpp"

namespace hetsyn::tasks {

/// The spikes of n recordings.
struct EncodedWords {
  std::vector<std::uint64_t> offsets{0};  ///< [n+1]: spikes of recording i are [offsets[i], offsets[i+1])
  std::vector<std::uint16_t> step, unit;  ///< [spikes]
  std::vector<std::uint32_t> damaged;     ///< recordings that cannot be used, ascending; they have no spikes
  std::uint64_t cut = 0;                  ///< spikes that were left out, as they come after the last step

  bool operator==(const EncodedWords&) const = default;
};

/// What reading a corpus gives.
struct ReadWords {
  EncodedWords words;
  std::string damage;            ///< describe_damage() of those that cannot be used
  std::vector<Digest> contents;  ///< of each file; zeros where it cannot be read
};

/// The schema's keys of the cache.
std::vector<sdk::Key> cache_keys();

/// Reads and encodes the files on the threads of the run; or takes what an earlier call with files of the same content
/// and the same encoder left in the cache, in a file that starts with `name`; the caches that were not used for longest
/// then make room (cache_limit_bytes()). A cache that cannot be used is made again, one that cannot be written does
/// without: both are told by a warning. Of several processes that want the same, one encodes and the others wait for
/// what it keeps. In a dry run nothing is written. Files that are damaged are told by one warning. Throws
/// sdk::TaskError where they are too many (check_damage()) and for the first file that is compressed with shorten.
ReadWords encode_words(const sdk::OpenArgs& args, const std::string& name,
                       const std::vector<std::filesystem::path>& files, const Encoder& encoder);

}  // namespace hetsyn::tasks
