#pragma once
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstddef>

#include "base/core_count.hpp"

namespace hetsyn {

/// While it lives, oneTBB may start `threads` threads, even where the machine has fewer cores. It takes no threads from
/// other users of the process: how many of them work on something is up to its arena.
class ThreadsAllowed {
 public:
  explicit ThreadsAllowed(int threads)
      : control_(tbb::global_control::max_allowed_parallelism,
                 static_cast<std::size_t>(std::max(threads, static_cast<int>(core_count())))) {}

 private:
  tbb::global_control control_;
};

/// Returns body(), whose parallel loops use `threads` threads, this one among them.
template <class Body>
decltype(auto) on_threads(int threads, const Body& body) {
  const ThreadsAllowed allowed(threads);
  return tbb::task_arena(threads).execute(body);
}

}  // namespace hetsyn
