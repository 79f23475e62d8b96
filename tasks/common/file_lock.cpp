#include "common/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hetsyn::tasks {
namespace {

bool is_removed(const Descriptor& file) {
  struct stat status {};
  return ::fstat(file.number(), &status) == 0 && status.st_nlink == 0;
}

}  // namespace

int lock_file(const Descriptor& file, const OnWait& on_wait) {
  if (file.number() < 0) return errno;
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return 0;
  if (errno != EWOULDBLOCK) return errno;
  on_wait();
  while (::flock(file.number(), LOCK_EX) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

MakersLock::MakersLock(const std::filesystem::path& file, const OnWait& on_wait)
    : path_(file), file_(file, O_RDWR | O_CREAT | O_NOFOLLOW) {
  held_ = lock_file(file_, on_wait) == 0 && !is_removed(file_);
}

MakersLock::~MakersLock() {
  if (held_) ::unlink(path_.c_str());  // tells those that wait that this process came to its end
}

}  // namespace hetsyn::tasks
