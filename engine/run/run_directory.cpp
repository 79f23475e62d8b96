#include "run/run_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <hetsyn/exceptions.hpp>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error_text.hpp"
#include "base/file_lock.hpp"
#include "core/folder_place.hpp"

namespace hetsyn {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSnapshotPrefix = "step-";

/// Removes the files of a run, and no others.
void remove_run(const RunDirectory& run) {
  for (const fs::path& file : {run.metrics(), run.summary(), run.log(), run.report(), run.last_checkpoint(),
                               run.best_checkpoint(), run.config()}) {
    fs::remove(file);
  }
  for (const fs::path& file : snapshot_files(run.path())) fs::remove(file);
}

/// Creates the directory and its parents; returns false if it exists.
bool make_directory(const fs::path& path) {
  check_folder_place(path, "a run directory");
  std::error_code error;
  if (!path.parent_path().empty()) fs::create_directories(path.parent_path(), error);
  const bool made = !error && fs::create_directory(path, error);
  if (error) throw RunError(fmt::format("{}: cannot make the run directory: {}", path.string(), error.message()));
  return made;
}

/// Whether a directory is empty, or contains only the files of a run that was killed before it had written its config.
bool holds_only_a_beginning(const fs::path& path) {
  const auto is_temporary = [](const fs::directory_entry& file) { return file.path().extension() == ".tmp"; };
  const auto belongs = [&](const fs::directory_entry& entry) {
    const fs::path name = entry.path().filename();
    if (name == "checkpoints" && entry.is_directory() && !entry.is_symlink()) {
      return std::all_of(fs::directory_iterator(entry), fs::directory_iterator(), is_temporary);
    }
    return name == "log.txt" || name == "config.toml.tmp";
  };
  return std::all_of(fs::directory_iterator(path), fs::directory_iterator(), belongs);
}

/// Opens and locks the directory, so that no other process can.
Descriptor locked_directory(const fs::path& path) {
  Descriptor directory(path, O_RDONLY | O_DIRECTORY);
  if (directory.number() < 0) {
    throw RunError(fmt::format("{}: cannot open the run directory: {}", path.string(), error_text(errno)));
  }
  for (int attempt = 0; attempt < 2; ++attempt) {
    // Some file systems have no locks; then none is needed.
    if (try_lock(directory, LockKind::exclusive) != LockState::busy) return directory;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // is_written_to() has the lock for a moment
  }
  throw UsageError(fmt::format("{}: another process is writing to this run", path.string()));
}

void check_existing(const fs::path& path, Existing existing) {
  if (is_run_directory(path)) {
    // A config.toml may belong to another program, whose files must not be removed.
    if (existing == Existing::replace && !fs::is_directory(path / "checkpoints")) {
      throw UsageError(
          fmt::format("{}: has a config.toml but is not a run directory; choose another --out", path.string()));
    }
    if (existing != Existing::refuse) return;
    throw UsageError(
        fmt::format("{}: a run is there already; continue it with --resume, replace it with --force, or "
                    "choose another --out",
                    path.string()));
  }
  if (!holds_only_a_beginning(path)) {
    throw UsageError(fmt::format("{}: is neither empty nor a run directory; choose another --out", path.string()));
  }
}

}  // namespace

bool is_run_directory(const fs::path& path) { return fs::exists(path / "config.toml"); }

std::optional<bool> is_written_to(const fs::path& directory) {
  const LockState state = try_lock(Descriptor(directory, O_RDONLY | O_DIRECTORY), LockKind::shared);
  return state == LockState::impossible ? std::nullopt : std::optional(state == LockState::busy);
}

fs::path continued_checkpoint(const fs::path& run) {
  for (const char* const name : {"last", "step-0"}) {
    if (fs::path file = checkpoint_file(run, name); fs::exists(file)) return file;
  }
  return {};
}

bool is_checkpoint_name(const std::string& name) {
  return name == "best" || name == "last" ||
         (name.starts_with(kSnapshotPrefix) && name.size() > kSnapshotPrefix.size() &&
          name.find_first_not_of("0123456789", kSnapshotPrefix.size()) == std::string::npos);
}

fs::path checkpoint_file(const fs::path& run, const std::string& name) {
  if (!is_checkpoint_name(name)) {
    throw UsageError(fmt::format("checkpoint \"{}\": expected best, last, or step-N of a snapshot", name));
  }
  return run / "checkpoints" / (name + ".h5");
}

std::vector<fs::path> snapshot_files(const fs::path& run) {
  std::vector<fs::path> files;
  const fs::path folder = run / "checkpoints";
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kSnapshotPrefix) && name.ends_with(".h5")) files.push_back(entry.path());
  }
  return files;
}

RunDirectory::RunDirectory(const fs::path& path, Existing existing)
    : RunDirectory(path, existing, make_directory(path)) {}

RunDirectory::RunDirectory(const fs::path& path, Existing existing, bool is_new)
    : path_(path), lock_(locked_directory(path)) {
  try {
    if (!is_new) check_existing(path, existing);
    if (existing == Existing::replace) remove_run(*this);
    fs::create_directory(path_ / "checkpoints");
  } catch (const fs::filesystem_error& error) {
    throw RunError(fmt::format("{}: cannot use the run directory: {}", path.string(), error.code().message()));
  }
}

fs::path RunDirectory::last_checkpoint() const { return checkpoint_file(path_, "last"); }
fs::path RunDirectory::best_checkpoint() const { return checkpoint_file(path_, "best"); }
fs::path RunDirectory::snapshot(std::uint64_t step) const {
  return checkpoint_file(path_, fmt::format("{}{}", kSnapshotPrefix, step));
}

RunDirectory RunDirectory::make_new(const fs::path& base) {
  fs::path path = base;
  for (int n = 2; !make_directory(path); ++n) path = fmt::format("{}-{}", base.string(), n);
  return {path, Existing::refuse};
}

}  // namespace hetsyn
