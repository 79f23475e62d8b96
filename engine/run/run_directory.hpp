#pragma once
#include <cstdint>
#include <filesystem>
#include <hetsyn/results.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.hpp"

namespace hetsyn {

/// The files of one run. While an object exists, no other process can open the directory for writing.
///   config.toml  metrics.jsonl  summary.json  log.txt  report.html  checkpoints/{last,best,step-<optimizer steps>}.h5
class RunDirectory {
 public:
  /// Opens a directory for writing: a new or an empty one, or as `existing` says. Throws UsageError if it contains a
  /// run or another process writes to it, RunError if it cannot be created.
  RunDirectory(const std::filesystem::path& path, Existing existing);
  /// `base`, or the first of base-2, base-3, … that does not exist.
  static RunDirectory make_new(const std::filesystem::path& base);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path config() const { return path_ / "config.toml"; }
  [[nodiscard]] std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  [[nodiscard]] std::filesystem::path summary() const { return path_ / "summary.json"; }
  [[nodiscard]] std::filesystem::path log() const { return path_ / "log.txt"; }
  [[nodiscard]] std::filesystem::path report() const { return path_ / "report.html"; }
  [[nodiscard]] std::filesystem::path last_checkpoint() const;
  [[nodiscard]] std::filesystem::path best_checkpoint() const;
  /// The file of a checkpoint that later ones do not replace.
  [[nodiscard]] std::filesystem::path snapshot(std::uint64_t step) const;

 private:
  RunDirectory(const std::filesystem::path& path, Existing existing, bool is_new);

  std::filesystem::path path_;
  Descriptor lock_;  ///< the directory, locked
};

/// Whether `path` is a run directory.
bool is_run_directory(const std::filesystem::path& path);

/// Whether a process writes to a directory, as a training does; empty where the file system has no locks.
std::optional<bool> is_written_to(const std::filesystem::path& directory);

/// The checkpoint that a run continues from: the last one, or before the first of them its initial parameters, if it
/// keeps these. Empty if there is neither.
std::filesystem::path continued_checkpoint(const std::filesystem::path& run);

/// Whether this is the name of a checkpoint: "best", "last", or "step-N" of a snapshot.
bool is_checkpoint_name(const std::string& name);
/// The file of the checkpoint with a name. Throws UsageError for another name.
std::filesystem::path checkpoint_file(const std::filesystem::path& run, const std::string& name);

/// The snapshots in a run directory, in any order.
std::vector<std::filesystem::path> snapshot_files(const std::filesystem::path& run);

}  // namespace hetsyn
