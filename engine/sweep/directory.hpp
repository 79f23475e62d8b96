#pragma once
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/descriptor.hpp"
#include "sweep/points.hpp"

namespace hetsyn {

/// The exclusive right to work on one model of a sweep. A forked child inherits it. The system releases it when the
/// last process that has it ends, for whatever reason.
class SweepClaim {
  friend class SweepDirectory;
  explicit SweepClaim(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

/// The state of a point.
enum class PointState { missing, finished, failed };

/// The files of a sweep. Several processes, on one machine or on many that share a file system, may work in it at once.
///   sweep.toml          the sweep, with its base config in it
///   plan.json           all points, with the values of their axes
///   models/<hash>/      run directories, one per network
///   points/<hash>.json  one per finished point
///   failed/<hash>.json  one per model or point that failed, with the reason
///   logs/<hash>.txt     what the process of a model printed
///   claims              locked byte by byte: who works on what
class SweepDirectory {
 public:
  /// Opens a directory, which need not exist. Throws UsageError if the path is something else.
  explicit SweepDirectory(std::filesystem::path path);

  /// Creates the directory if it does not exist. Throws RunError.
  void create() const;
  /// Records the points of the sweep.
  void write_plan(const SweepFile& sweep, const std::vector<SweepModel>& models) const;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path run(const std::string& model) const { return path_ / "models" / model; }
  [[nodiscard]] std::filesystem::path log(const std::string& model) const { return path_ / "logs" / (model + ".txt"); }

  /// Empty if another process has claimed the model.
  [[nodiscard]] std::optional<SweepClaim> claim(const std::string& model) const;

  /// Records a finished point; `content` is one JSON object.
  void write_point(const std::string& point, const std::string& content) const;
  /// Records the failure of a model or of a point.
  void write_failure(const std::string& hash, const SweepSettings& settings, const std::string& reason) const;
  /// Removes the recorded failures of a model and of its points.
  void forget_failures(const SweepModel& model) const;

  /// The result of the first finished point of a model: "accuracy 0.93 on MNIST".
  [[nodiscard]] std::string headline(const SweepModel& model) const;

  [[nodiscard]] PointState state(const SweepModel& model, const SweepPoint& point) const;
  /// Whether a model has unfinished points.
  [[nodiscard]] bool is_open(const SweepModel& model) const;

 private:
  [[nodiscard]] std::filesystem::path point(const std::string& hash) const {
    return path_ / "points" / (hash + ".json");
  }
  [[nodiscard]] std::filesystem::path failure(const std::string& hash) const {
    return path_ / "failed" / (hash + ".json");
  }

  std::filesystem::path path_;
};

/// Whether the file of a point is complete. After a power failure a part may be missing.
bool is_whole_point(const std::filesystem::path& file);

/// Whether `path` is a sweep directory.
bool is_sweep_directory(const std::filesystem::path& path);

}  // namespace hetsyn
