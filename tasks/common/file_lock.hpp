#pragma once
#include <filesystem>
#include <functional>

#include "base/descriptor.hpp"

/// Of several processes that want the same thing made, one makes it. The system gives the lock of a process back when
/// it ends, however that comes.
namespace hetsyn::tasks {

/// Called once, before waiting for another process.
using OnWait = std::function<void()>;

/// Locks a file against other processes. 0, or the errno where that is impossible.
int lock_file(const Descriptor& file, const OnWait& on_wait);

/// The right to make something, held by one process at a time; a file marks it for as long as that takes.
class MakersLock {
 public:
  /// Waits for the process that has it. The folder of `file` exists.
  MakersLock(const std::filesystem::path& file, const OnWait& on_wait);
  ~MakersLock();
  MakersLock(const MakersLock&) = delete;
  MakersLock& operator=(const MakersLock&) = delete;

  /// False where there can be no lock, and where the process that was waited for has come to its end: what it has made
  /// is there now, or cannot be kept at all. True after one that was killed.
  [[nodiscard]] bool held() const { return held_; }

 private:
  std::filesystem::path path_;
  Descriptor file_;
  bool held_ = false;
};

}  // namespace hetsyn::tasks
