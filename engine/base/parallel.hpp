#pragma once
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>

#include <cstddef>

#include "base/handover.hpp"
#include "base/threads.hpp"

/// The parallel loop of engine and tasks, by oneTBB. The number of threads belongs to the arena, not to the loop.
namespace hetsyn {

/// Calls function(0) … function(count − 1) in any order, on the threads of the arena that the caller is in, and returns
/// when all calls are done. What a call throws ends the loop and is passed on. `partitioner`: tbb::simple_partitioner
/// where a call takes long.
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
