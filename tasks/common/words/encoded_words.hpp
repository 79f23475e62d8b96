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
  std::vector<std::uint32_t> step;        ///< [spikes]
  std::vector<std::uint16_t> unit;        ///< [spikes]
  std::vector<std::uint32_t> damaged;     ///< recordings that cannot be used, ascending; they have no spikes
  std::uint64_t cut = 0;                  ///< spikes after the last step, which are dropped

  bool operator==(const EncodedWords&) const = default;
};

/// The spikes of a corpus, with what is known about its files.
struct ReadWords {
  EncodedWords words;
  std::string damage;            ///< describe_damage() of the files that cannot be used
  std::vector<Digest> contents;  ///< of each file; zeros for those that cannot be read
};

/// The schema's keys of the cache.
std::vector<sdk::Key> cache_keys();

/// Reads and encodes the files on the threads of the run, or reads the cache of an earlier call for files of the same
/// content and the same encoder. The name of the cache begins with `name`; the least recently used caches are removed
/// if there are too many (cache_limit_bytes()). A cache that cannot be used is made again; if it cannot be written, the
/// run continues without it; both cause a warning. Of several processes that need the same cache, one makes it and the
/// others block until it is done. A dry run writes nothing. One warning describes all damaged files. Throws
/// sdk::TaskError if too many are damaged (check_damage()), and for the first file that is compressed with shorten.
ReadWords encode_words(const sdk::OpenArgs& args, const std::string& name,
                       const std::vector<std::filesystem::path>& files, const Encoder& encoder);

}  // namespace hetsyn::tasks
