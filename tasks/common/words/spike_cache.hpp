#pragma once
#include <filesystem>

#include "base/digest.hpp"
#include "common/files/isolated.hpp"
#include "common/words/encoded_words.hpp"

/// Encoded recordings in an HDF5 file: /lengths [recordings], /steps and /units [spikes], /damaged [recordings without
/// spikes], /cut [1], /key, and /checksum of the five.
namespace hetsyn::tasks {

/// Raised when the layout of the file, or what an encoder makes of the same settings, changes: part of every key.
inline constexpr int kSpikeCacheVersion = 3;

/// Throws sdk::TaskError where the file is damaged in any way, or was written for another key. Its numbers are read in
/// a process of its own, by `kCacheReader`.
EncodedWords read_spike_cache(const std::filesystem::path& file, const Digest& key);
void send_spike_cache(Channel& channel, const std::filesystem::path& file);
inline constexpr Reader kCacheReader{"cache", send_spike_cache};

/// Writes the file under another name first, so that readers and other writers never see half of it. Throws
/// RunError naming file and cause.
void write_spike_cache(const std::filesystem::path& file, const Digest& key, const EncodedWords& words);

}  // namespace hetsyn::tasks
