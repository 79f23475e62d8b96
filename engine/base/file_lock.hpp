#pragma once
#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>

#include "base/descriptor.hpp"

/// Locks between processes. The system releases the locks of a process when it ends, for whatever reason.
namespace hetsyn {

enum class LockState {
  held,       ///< the descriptor has it until it is closed
  busy,       ///< another process has the lock
  impossible  ///< the descriptor is not valid, or the file system has no locks; errno says why
};

enum class LockKind { exclusive, shared };

/// Called once before blocking.
using OnWait = std::function<void()>;
inline constexpr std::nullptr_t kDoNotWait = nullptr;

/// Locks a whole file or folder. Does not block: returns LockState::busy if another process has the lock.
LockState try_lock(const Descriptor& file, LockKind kind);

/// The same, but blocks while other processes have the lock; never returns LockState::busy.
LockState lock(const Descriptor& file, LockKind kind, const OnWait& on_wait = {});

/// Locks one byte of a file that is open for writing; the byte need not exist. Blocks only if `wait` is true. A forked
/// child inherits the lock.
LockState lock_byte(const Descriptor& file, ::off_t byte, bool wait);

/// Opens an existing file for an exclusive lock. Neither follows a link nor blocks on a pipe.
Descriptor opened_to_lock(const std::filesystem::path& file);

/// Whether a process has locked the file.
bool is_locked(const std::filesystem::path& file);

/// Whether the file has been removed from its folder.
bool is_removed(const Descriptor& file);

/// The right to make something, which one process has at a time. An empty file marks it and is removed by the
/// destructor. If a process is killed, its file remains until the next process that wants the right takes it over and
/// removes it.
class MakersLock {
 public:
  /// Blocks while another process has the right, unless `on_wait` is kDoNotWait. The folder of `file` must exist.
  MakersLock(const std::filesystem::path& file, const OnWait& on_wait);
  ~MakersLock();
  MakersLock(const MakersLock&) = delete;
  MakersLock& operator=(const MakersLock&) = delete;

  /// False if locks are impossible, if another process has the right and this one does not wait, and if the other
  /// process has finished: then its result exists, or cannot be kept at all. True after a process was killed.
  [[nodiscard]] bool held() const { return held_; }
  /// The errno if locks are impossible, otherwise 0.
  [[nodiscard]] int error() const { return error_; }

 private:
  /// False if the file was removed before it was locked.
  bool take(const OnWait& on_wait);

  std::filesystem::path path_;
  std::optional<Descriptor> file_;
  int error_ = 0;
  bool held_ = false;
};

/// Removes the file of a MakersLock whose process was killed; returns false if there is none, or a process has locked
/// it.
bool remove_abandoned_lock(const std::filesystem::path& file);

}  // namespace hetsyn
