#pragma once
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace hetsyn {

/// Tells ThreadSanitizer that everything before release() happens before everything after acquire(), which it cannot
/// see inside the packaged oneTBB because that is not instrumented. Does nothing in other builds.
class Handover {
 public:
#if defined(__SANITIZE_THREAD__)
  Handover() = default;
  ~Handover() { acquire(); }  // if an exception has skipped the caller's own acquire()
  Handover(const Handover&) = delete;
  Handover& operator=(const Handover&) = delete;
  void release() { __tsan_release(&mark_); }
  void acquire() { __tsan_acquire(&mark_); }

 private:
  char mark_ = 0;
#else
  void release() {}
  void acquire() {}
#endif
};

/// Calls release() at the end of the scope, also after an exception.
class ReleaseAtEnd {
 public:
  explicit ReleaseAtEnd(Handover& handover) : handover_(handover) {}
  ~ReleaseAtEnd() { handover_.release(); }
  ReleaseAtEnd(const ReleaseAtEnd&) = delete;
  ReleaseAtEnd& operator=(const ReleaseAtEnd&) = delete;

 private:
  Handover& handover_;
};

/// The body of a tbb::parallel_for over a blocked_range: calls function(index) for each index. oneTBB copies it
/// whenever it splits a range, on any thread; a copy releases what it was made from, and the task acquires it before it
/// reads anything, including its own range. The caller calls acquire() on `join` after the loop.
template <class Function>
class TaskBody {
 public:
  TaskBody(const Function& function, Handover& join) : function_(&function), join_(&join) { fork_.release(); }
  TaskBody(const TaskBody& other) {
    fork_.acquire();
    function_ = other.function_;
    join_ = other.join_;
    fork_.release();
  }
  TaskBody& operator=(const TaskBody&) = delete;
  ~TaskBody() = default;

  template <class Range>
  void operator()(const Range& range) const {
    fork_.acquire();
    const ReleaseAtEnd joined(*join_);
    for (auto index = range.begin(); index != range.end(); ++index) (*function_)(index);
  }

 private:
  inline static Handover fork_;
  const Function* function_;
  Handover* join_;
};

/// The same for a tbb::task_group: calls function() once. The caller calls acquire() on `join` after waiting for the
/// group.
template <class Function>
class GroupTask {
 public:
  GroupTask(const Function& function, Handover& join) : function_(function), join_(&join) { fork_.release(); }
  GroupTask(const GroupTask& other) : function_((fork_.acquire(), other.function_)), join_(other.join_) {
    fork_.release();
  }
  GroupTask& operator=(const GroupTask&) = delete;
  ~GroupTask() = default;

  void operator()() const {
    fork_.acquire();
    const ReleaseAtEnd joined(*join_);
    function_();
  }

 private:
  inline static Handover fork_;
  Function function_;
  Handover* join_;
};

}  // namespace hetsyn
