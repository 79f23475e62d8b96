#pragma once
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/core_count.hpp"

namespace hetsyn {

/// The number of threads that a setting means; 0 means one per core.
inline int thread_count(int setting) { return setting > 0 ? setting : static_cast<int>(core_count()); }

/// While it exists, oneTBB may start `threads` threads, even on fewer cores. It takes no threads from other parts of
/// the process: an arena determines how many threads work in it.
class ThreadsAllowed {
 public:
  explicit ThreadsAllowed(int threads)
      : control_(tbb::global_control::max_allowed_parallelism,
                 static_cast<std::size_t>(std::max(threads, static_cast<int>(core_count())))) {}

 private:
  tbb::global_control control_;
};

/// An arena of oneTBB for a number of threads, including the caller's. Arenas are reused, since oneTBB 2021.8 keeps 7
/// kB of each arena that had workers until the process ends.
class Arena {
 public:
  explicit Arena(int threads) : threads_(threads), arena_(pool().take(threads)) {}
  ~Arena() { pool().give_back(threads_, std::move(arena_)); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// Returns body(), whose parallel loops use the threads.
  template <class Body>
  decltype(auto) execute(const Body& body) {
    return arena_->execute(body);
  }

 private:
  class Pool {
   public:
    std::unique_ptr<tbb::task_arena> take(int threads) {
      const std::lock_guard lock(mutex_);
      auto& idle = idle_[threads];
      if (idle.empty()) return std::make_unique<tbb::task_arena>(threads);
      auto arena = std::move(idle.back());
      idle.pop_back();
      return arena;
    }
    void give_back(int threads, std::unique_ptr<tbb::task_arena> arena) {
      const std::lock_guard lock(mutex_);
      idle_[threads].push_back(std::move(arena));
    }

   private:
    std::mutex mutex_;
    std::map<int, std::vector<std::unique_ptr<tbb::task_arena>>> idle_;
  };
  /// Never destroyed: objects that give their arena back may live until the process ends.
  static Pool& pool() {
    static auto* const arenas = new Pool;
    return *arenas;
  }

  int threads_;
  std::unique_ptr<tbb::task_arena> arena_;
};

/// Returns body(). Its parallel loops use `threads` threads, including this one.
template <class Body>
decltype(auto) on_threads(int threads, const Body& body) {
  const ThreadsAllowed allowed(threads);
  return Arena(threads).execute(body);
}

}  // namespace hetsyn
