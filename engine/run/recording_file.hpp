#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <hetsyn/recording.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/hdf5_writer.hpp"
#include "run/evaluation.hpp"

namespace hetsyn {

/// An HDF5 file with recordings; docs/activity.md describes it. It is built in memory and gets its name in finish(), so
/// that it is never there in part. All members throw RunError.
class RecordingFile {
 public:
  /// Also creates the folder of the file.
  RecordingFile(const std::filesystem::path& path, const RecordingFacts& facts);

  /// Adds a sample, which must not be in the file yet.
  void append(const Recording& recording);
  /// Writes the file. Call it once, last.
  void finish();

 private:
  RecordingFacts facts_;
  UnfinishedFile unfinished_;
  Hdf5Writer file_;
  std::vector<std::uint64_t> samples_, indices_;
  std::vector<std::int32_t> labels_, groups_, decisions_;
};

/// Records the samples at these places of the set into a file. Returns false, without a file, if `stop` was set before
/// the end. Throws as record_samples() and RecordingFile.
bool write_recordings(const PreparedEvaluation& evaluation, std::span<const std::size_t> samples,
                      const std::filesystem::path& file, const std::atomic<bool>& stop);

}  // namespace hetsyn
