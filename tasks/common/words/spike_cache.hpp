#pragma once
#include <filesystem>

#include "base/digest.hpp"
#include "common/files/isolated.hpp"
#include "common/words/encoded_words.hpp"

/// Encoded recordings in an HDF5 file: /lengths [recordings], /steps and /units [spikes], /damaged [recordings without
/// spikes], /cut [1], /key, and /checksum of the five.
namespace hetsyn::tasks {

/// Increased when the layout of the file changes, or the output of an encoder for the same settings. It is part of
/// every key.
inline constexpr int kSpikeCacheVersion = 4;

/// Throws sdk::TaskError if the file is damaged, or was written for another key. `kCacheReader` reads its numbers in a
/// separate process.
EncodedWords read_spike_cache(const std::filesystem::path& file, const Digest& key);
void send_spike_cache(Channel& channel, const std::filesystem::path& file);
inline constexpr Reader kCacheReader{"cache", send_spike_cache};

/// Writes the file under a temporary name first, so that other processes never see an incomplete file. Throws RunError,
/// which names file and cause.
void write_spike_cache(const std::filesystem::path& file, const Digest& key, const EncodedWords& words);

}  // namespace hetsyn::tasks
