#pragma once
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>

#include <cstddef>

#include "base/handover.hpp"
#include "base/threads.hpp"

/// The parallel loop of engine and tasks, by oneTBB. The arena determines the number of threads.
namespace hetsyn {

/// Calls function(0) … function(count − 1) in any order on the threads of the caller's arena, and blocks until all
/// calls are done. An exception of a call stops the loop and is rethrown. `partitioner`: tbb::simple_partitioner for
/// calls that take long.
template <class Function, class Partitioner = tbb::auto_partitioner>
void for_each_index(std::size_t count, const Function& function, const Partitioner& partitioner = {}) {
  Handover join;
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count), TaskBody(function, join), partitioner);
  join.acquire();
}

/// The same on the threads of `arena`.
template <class Function, class Partitioner = tbb::auto_partitioner>
void for_each_index(Arena& arena, std::size_t count, const Function& function, const Partitioner& partitioner = {}) {
  Handover join;
  arena.execute(
      [&] { tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count), TaskBody(function, join), partitioner); });
  join.acquire();
}

}  // namespace hetsyn
