#pragma once
#include <tbb/enumerable_thread_specific.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <cstddef>
#include <memory>

#include "base/handover.hpp"
#include "base/parallel.hpp"
#include "base/threads.hpp"
#include "core/aligned.hpp"
#include "core/flush_denormals.hpp"

namespace hetsyn::cpu {

/// A thread's own working memory; grows, never shrinks.
class Scratch {
 public:
  /// At least `floats` elements with unspecified values; the slots are independent of each other.
  float* get(std::size_t slot, std::size_t floats) { return grow(slots_[slot], floats); }
  std::uint32_t* integers(std::size_t count) { return grow(integers_, count); }

 private:
  template <class T>
  static T* grow(AlignedVector<T>& memory, std::size_t count) {
    if (memory.size() < count) memory.resize(count);
    return memory.data();
  }
  AlignedVector<float> slots_[4];
  AlignedVector<std::uint32_t> integers_;
};

/// The threads of a backend. Tasks write to places of their own and every sum has a fixed order, so results do not
/// depend on how tasks are distributed.
class Workers {
 public:
  explicit Workers(int threads) : threads_(thread_count(threads)), allowed_(threads_), arena_(threads_) {}

  [[nodiscard]] int threads() const { return threads_; }

  /// Calls task(index, scratch) for index = 0 … count − 1 and waits.
  template <class Task>
  void for_each(std::size_t count, Task&& task) {
    if (count == 0) return;
    const auto body = [&](std::size_t index) {
      const FlushDenormals flush;
      task(index, scratch_.local());
    };
    for_each_index(arena_, count, body, tbb::simple_partitioner());
  }

  /// Calls leader(start, scratch), where start(task) hands a task to the other threads (or leaves it for the end, where
  /// there are none), and waits for all.
  template <class Leader>
  void lead(Leader&& leader) {
    static Handover fork;
    Handover join;
    fork.release();
    arena_.execute([&] {
      fork.acquire();
      tbb::task_group group;
      const auto start = [&](auto&& task) {
        const auto flushed = [task] {
          const FlushDenormals flush;
          task();
        };
        group.run(GroupTask(flushed, join));
      };
      {
        const FlushDenormals flush;
        leader(start, scratch_.local());
      }
      group.wait();
      join.release();
    });
    join.acquire();
  }

 private:
  int threads_;
  ThreadsAllowed allowed_;
  Arena arena_;
  tbb::enumerable_thread_specific<Scratch> scratch_;
};

}  // namespace hetsyn::cpu
