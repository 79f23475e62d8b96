#pragma once
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace hetsyn {

/// Says to ThreadSanitizer what it cannot see inside the packaged oneTBB, which is not instrumented: that everything
/// before release() happens before everything after acquire(). Costs nothing in other builds. The one that hands work
/// to tasks is static and released once the task is made: a task acquires it before it looks at anything else, its own
/// captures included.
class Handover {
 public:
#if defined(__SANITIZE_THREAD__)
  void release() { __tsan_release(&mark_); }
  void acquire() { __tsan_acquire(&mark_); }

 private:
  char mark_ = 0;
#else
  void release() {}
  void acquire() {}
#endif
};

}  // namespace hetsyn
