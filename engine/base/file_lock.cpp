#include "base/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace hetsyn {
namespace {

int operation(LockKind kind) { return kind == LockKind::exclusive ? LOCK_EX : LOCK_SH; }

}  // namespace

LockState try_lock(const Descriptor& file, LockKind kind) {
  if (::flock(file.number(), operation(kind) | LOCK_NB) == 0) return LockState::held;
  return errno == EWOULDBLOCK ? LockState::busy : LockState::impossible;
}

LockState lock(const Descriptor& file, LockKind kind, const OnWait& on_wait) {
  if (const LockState state = try_lock(file, kind); state != LockState::busy) return state;
  if (on_wait) on_wait();
  while (::flock(file.number(), operation(kind)) != 0) {
    if (errno != EINTR) return LockState::impossible;
  }
  return LockState::held;
}

LockState lock_byte(const Descriptor& file, ::off_t byte, bool wait) {
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = byte;
  range.l_len = 1;
  // Locks of the open file description (F_OFD_SETLK), which a child process inherits.
  if (::fcntl(file.number(), wait ? F_OFD_SETLKW : F_OFD_SETLK, &range) == 0) return LockState::held;
  return errno == EAGAIN || errno == EACCES ? LockState::busy : LockState::impossible;
}

// On NFS, only a file that is open for writing can be locked exclusively.
Descriptor opened_to_lock(const std::filesystem::path& file) { return {file, O_RDWR | O_NOFOLLOW | O_NONBLOCK}; }

bool is_locked(const std::filesystem::path& file) {
  return try_lock(opened_to_lock(file), LockKind::exclusive) == LockState::busy;
}

bool is_removed(const Descriptor& file) {
  struct stat status {};
  return ::fstat(file.number(), &status) == 0 && status.st_nlink == 0;
}

MakersLock::MakersLock(const std::filesystem::path& file, const OnWait& on_wait) : path_(file) {
  while (!take(on_wait)) {
  }
}

bool MakersLock::take(const OnWait& on_wait) {
  file_.emplace(path_, O_RDWR | O_CREAT | O_NOFOLLOW);
  bool waited = false;
  const auto wait = [&] {
    waited = true;
    on_wait();
  };
  const LockState state = on_wait ? lock(*file_, LockKind::exclusive, wait) : try_lock(*file_, LockKind::exclusive);
  if (state == LockState::impossible) error_ = errno;
  held_ = state == LockState::held && !is_removed(*file_);
  return held_ || waited || state != LockState::held;
}

// A process that has opened the file meanwhile locks a removed file, and thereby knows that this process has finished.
MakersLock::~MakersLock() {
  if (held_) ::unlink(path_.c_str());
}

bool remove_abandoned_lock(const std::filesystem::path& file) {
  std::error_code none;
  return std::filesystem::exists(file, none) && MakersLock(file, kDoNotWait).held();
}

}  // namespace hetsyn
