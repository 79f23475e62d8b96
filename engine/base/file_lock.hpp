#pragma once
#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>

#include "base/descriptor.hpp"

/// Locks between processes. The system releases the locks of a process when it ends, however it ends.
namespace hetsyn {

enum class LockState {
  held,       ///< by the descriptor, until it is closed
  busy,       ///< another process has the lock
  impossible  ///< the descriptor is not valid, or the file system has no locks; errno says why
};

enum class LockKind { exclusive, shared };

/// Called once, before waiting for another process.
using OnWait = std::function<void()>;
inline constexpr std::nullptr_t kDoNotWait = nullptr;

/// Locks a whole file or folder, or returns at once where another process has the lock.
LockState try_lock(const Descriptor& file, LockKind kind);

/// The same, but waits for the processes that have the lock; never returns LockState::busy.
LockState lock(const Descriptor& file, LockKind kind, const OnWait& on_wait = {});

/// Locks one byte of a file that is open for writing; the byte need not exist. Waits only if `wait` is true. A forked
/// child inherits the lock.
LockState lock_byte(const Descriptor& file, ::off_t byte, bool wait);

/// A file that exists, for an exclusive lock; neither follows a link nor waits for a pipe.
Descriptor opened_to_lock(const std::filesystem::path& file);

/// Whether a process has a lock of the file.
bool is_locked(const std::filesystem::path& file);

/// Whether the file has no name any more.
bool is_removed(const Descriptor& file);

/// The right to make something, held by one process at a time. An empty file marks it and is removed at the end. The
/// file of a process that was killed stays until the next one that wants the same right takes it over and removes it.
class MakersLock {
 public:
  /// Waits for the process that has the right; does not wait where `on_wait` is kDoNotWait. The folder of `file` must
  /// exist.
  MakersLock(const std::filesystem::path& file, const OnWait& on_wait);
  ~MakersLock();
  MakersLock(const MakersLock&) = delete;
  MakersLock& operator=(const MakersLock&) = delete;

  /// False where there can be no lock, where another process has it and this one does not wait, and where the process
  /// that was waited for has come to its end: what it has made is there now, or cannot be kept at all. True after a
  /// process that was killed.
  [[nodiscard]] bool held() const { return held_; }
  /// The errno where there can be no lock, else 0.
  [[nodiscard]] int error() const { return error_; }

 private:
  /// False where the file was removed before it was locked.
  bool take(const OnWait& on_wait);

  std::filesystem::path path_;
  std::optional<Descriptor> file_;
  int error_ = 0;
  bool held_ = false;
};

/// Removes the file of a MakersLock whose process was killed; false where there is none, or a process has it locked.
bool remove_abandoned_lock(const std::filesystem::path& file);

}  // namespace hetsyn
