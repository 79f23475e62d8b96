#include "backend/cuda/emulation/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/cuda/emulation/block_memory.hpp"
#include "backend/cuda/emulation/fiber.hpp"

namespace hetsyn::simt {
namespace {

enum class State : std::uint8_t { ready, waits_for_cluster, waits_for_block, waits_for_warp, ended };

struct Thread {
  Place place;
  Fiber* fiber = nullptr;
  BlockMemory* block = nullptr;
  Warp* warp = nullptr;
  State state = State::ready;
  std::source_location where;  ///< of the wait
  unsigned cluster_waits = 0, block_waits = 0, warp_waits = 0;
};

bool same_place(const std::source_location& a, const std::source_location& b) {
  return a.line() == b.line() && a.column() == b.column() && std::string_view(a.file_name()) == b.file_name();
}

/// Permutations of 0 … count − 1, one for each turn.
class Turns {
 public:
  Turns(std::size_t count, const Schedule& schedule)
      : seeded_(schedule.order == Order::seeded), random_(schedule.seed) {
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), 0U);
    if (schedule.order == Order::descending) std::reverse(order_.begin(), order_.end());
  }
  const std::vector<unsigned>& next() {
    if (seeded_) std::shuffle(order_.begin(), order_.end(), random_);
    return order_;
  }

 private:
  bool seeded_;
  std::minstd_rand random_;
  std::vector<unsigned> order_;
};

/// The blocks of a cluster, or a single block. It is kept until the grid has ended, so that no two blocks of a grid
/// have memory at the same address, which ThreadSanitizer would take for shared memory.
class Cluster {
 public:
  Cluster(const GridShape& shape, std::size_t first_block);
  void run(const std::function<void()>& body, Turns& turns);
  void wait(Thread& thread, State state, const std::source_location& where, Mark& mark);
  /// The mark of its barrier; two marks alternate.
  [[nodiscard]] Mark& mark(unsigned waits) { return marks_[waits % 2]; }
  [[nodiscard]] std::deque<BlockMemory>& blocks() { return blocks_; }

 private:
  [[nodiscard]] std::span<Thread> threads_of(std::size_t block);
  void resume(Thread& thread);
  void thread_ended(const Thread& thread);
  void release_warp(const Thread& thread);
  bool release_blocks();
  void release_cluster();
  static bool all_are(std::span<const Thread> threads, State state);
  void release(std::span<Thread> threads);
  void abandon();
  [[nodiscard]] std::string waits() const;

  std::deque<BlockMemory> blocks_;
  std::array<Mark, 2> marks_;
  std::vector<Thread> threads_;
  std::size_t live_;
};

struct Running {
  Cluster* cluster = nullptr;
  Thread* thread = nullptr;
  Mark started, ended;
  Schedule schedule;
};
Running running;

/// Makes everything that the threads of a grid did, including abandoned ones, happen before what the launcher does
/// next.
struct ThreadEnd {
  ~ThreadEnd() { running.ended.release(); }
};
struct GridEnd {
  ~GridEnd() { running.ended.acquire(); }
};

/// Fiber k runs the k-th thread of every cluster.
Fiber& fiber(std::size_t k) {
  static std::deque<Fiber> fibers;
  while (fibers.size() <= k) fibers.emplace_back();
  return fibers[k];
}

Index index_of(std::size_t k, const Index& extent) {
  const auto at = static_cast<unsigned>(k);
  return {at % extent.x, at / extent.x % extent.y, at / extent.x / extent.y};
}

std::size_t volume(const Index& extent) { return std::size_t{extent.x} * extent.y * extent.z; }

Cluster::Cluster(const GridShape& shape, std::size_t first_block) {
  const std::size_t block_threads = volume(shape.block);
  threads_.resize(block_threads * shape.cluster_blocks);
  live_ = threads_.size();
  for (unsigned rank = 0; rank < shape.cluster_blocks; ++rank) {
    BlockMemory& memory = blocks_.emplace_back(block_threads, shape.dynamic_bytes);
    const Index block = index_of(first_block + rank, shape.grid);
    for (std::size_t k = 0; k < block_threads; ++k) {
      const auto lane = static_cast<unsigned>(k % kWarpSize);
      const std::size_t thread = rank * block_threads + k;
      threads_[thread] = {.place = {index_of(k, shape.block), block, shape.block, shape.grid, lane, rank},
                          .fiber = &fiber(thread),
                          .block = &memory,
                          .warp = &memory.warps[k / kWarpSize],
                          .where = {}};
    }
  }
}

void Cluster::run(const std::function<void()>& body, Turns& turns) {
  for (Thread& thread : threads_) thread.fiber->start(body);
  try {
    while (live_ > 0) {
      bool progress = false;
      for (const unsigned k : turns.next()) {
        if (threads_[k].state != State::ready) continue;
        resume(threads_[k]);
        progress = true;
      }
      if (!progress && !release_blocks()) release_cluster();
    }
  } catch (...) {
    abandon();
    throw;
  }
}

std::span<Thread> Cluster::threads_of(std::size_t block) {
  const std::size_t count = threads_.size() / blocks_.size();
  return std::span(threads_).subspan(block * count, count);
}

void Cluster::resume(Thread& thread) {
  running.thread = &thread;
  thread.fiber->resume();
  if (thread.fiber->done()) {
    thread.state = State::ended;
    thread_ended(thread);
  } else if (thread.state == State::waits_for_warp && ++thread.warp->waiting == kWarpSize) {
    release_warp(thread);
  }
}

/// The memory of a block becomes inaccessible when its last thread ends, also for other blocks of its cluster.
void Cluster::thread_ended(const Thread& thread) {
  --live_;
  if (all_are(threads_of(thread.place.cluster_rank), State::ended)) thread.block->shared.end();
}

void Cluster::wait(Thread& thread, State state, const std::source_location& where, Mark& mark) {
  thread.state = state;
  thread.where = where;
  mark.release();
  thread.fiber->suspend();
  mark.acquire();
}

void Cluster::release_warp(const Thread& thread) {
  thread.warp->waiting = 0;
  const auto first = static_cast<std::size_t>(&thread - threads_.data()) / kWarpSize * kWarpSize;
  release(std::span(threads_).subspan(first, kWarpSize));
}

/// Whether all threads that have not ended are in this state.
bool Cluster::all_are(std::span<const Thread> threads, State state) {
  return std::ranges::all_of(threads, [&](const Thread& t) { return t.state == state || t.state == State::ended; });
}

/// Releases the blocks whose threads all wait at their barrier; returns false if there are none.
bool Cluster::release_blocks() {
  bool released = false;
  for (std::size_t block = 0; block < blocks_.size(); ++block) {
    const std::span<Thread> threads = threads_of(block);
    if (all_are(threads, State::ended) || !all_are(threads, State::waits_for_block)) continue;
    release(threads);
    released = true;
  }
  return released;
}

void Cluster::release_cluster() {
  if (!all_are(threads_, State::waits_for_cluster)) throw Divergence(waits());
  release(threads_);
}

void Cluster::release(std::span<Thread> threads) {
  const Thread* first = nullptr;
  for (Thread& thread : threads) {
    if (thread.state == State::ended) continue;
    if (first == nullptr) first = &thread;
    if (!same_place(thread.where, first->where)) throw Divergence(waits());
  }
  for (Thread& thread : threads) {
    if (thread.state != State::ended) thread.state = State::ready;
  }
}

void Cluster::abandon() {
  for (Thread& thread : threads_) {
    running.thread = &thread;
    if (!thread.fiber->done()) thread.fiber->abandon();
  }
}

std::string Cluster::waits() const {
  std::map<std::string, int> counts;
  for (const Thread& thread : threads_) {
    const std::string where = fmt::format("{}:{}", thread.where.file_name(), thread.where.line());
    switch (thread.state) {
      case State::ended: ++counts["have ended"]; break;
      case State::ready: ++counts["run"]; break;
      case State::waits_for_cluster: ++counts["wait for the cluster at " + where]; break;
      case State::waits_for_block: ++counts["wait for the block at " + where]; break;
      case State::waits_for_warp: ++counts["wait for their warp at " + where]; break;
    }
  }
  const Index& block = threads_.front().place.block;
  std::string text =
      fmt::format("threads of {} ({}, {}, {}) do not meet:", blocks_.size() > 1 ? "the cluster of block" : "block",
                  block.x, block.y, block.z);
  for (const auto& [what, count] : counts) text += fmt::format(" {} {};", count, what);
  text.back() = '.';
  return text;
}

}  // namespace

const Place& place() { return running.thread->place; }

void wait_for_cluster(const std::source_location& where) {
  Thread& thread = *running.thread;
  running.cluster->wait(thread, State::waits_for_cluster, where, running.cluster->mark(thread.cluster_waits++));
}

void wait_for_block(const std::source_location& where) {
  Thread& thread = *running.thread;
  Mark& mark = thread.block->marks[thread.block_waits++ % 2];
  running.cluster->wait(thread, State::waits_for_block, where, mark);
}

void wait_for_warp(const std::source_location& where) {
  Thread& thread = *running.thread;
  Mark& mark = thread.warp->marks[thread.warp_waits++ % 2];
  running.cluster->wait(thread, State::waits_for_warp, where, mark);
}

LaneSlot* lane_slots() { return running.thread->warp->slots[running.thread->warp_waits % 2].data(); }

void* static_shared(std::size_t bytes, const std::source_location& where) {
  return running.thread->block->shared.declared(bytes, where);
}

void* dynamic_shared() { return running.thread->block->shared.dynamic(); }

void* shared_of_block(void* address, unsigned rank) {
  const Thread& thread = *running.thread;
  std::deque<BlockMemory>& blocks = running.cluster->blocks();
  if (rank >= blocks.size()) throw std::logic_error(fmt::format("there is no block {} in the cluster", rank));
  if (thread.cluster_waits == 0) {
    throw std::logic_error("memory of another block is asked for before the cluster's first barrier");
  }
  auto* const own = static_cast<std::byte*>(thread.block->shared.dynamic());
  const std::ptrdiff_t offset = static_cast<std::byte*>(address) - own;
  if (offset < 0 || static_cast<std::size_t>(offset) > thread.block->shared.dynamic_bytes()) {
    throw std::logic_error("the address is not one of the block's dynamic shared memory");
  }
  return static_cast<std::byte*>(blocks[rank].shared.dynamic()) + offset;
}

void set_schedule(const Schedule& schedule) { running.schedule = schedule; }

void run_grid(const GridShape& shape, const std::function<void()>& thread_body) {
  const std::function<void()> body = [&] {
    const ThreadEnd end;
    running.started.acquire();
    thread_body();
  };
  std::deque<Cluster> clusters;
  const GridEnd end;
  Turns cluster_turns(volume(shape.grid) / shape.cluster_blocks, running.schedule);
  Turns turns(volume(shape.block) * shape.cluster_blocks, running.schedule);
  for (const unsigned k : cluster_turns.next()) {
    Cluster& cluster = clusters.emplace_back(shape, std::size_t{k} * shape.cluster_blocks);
    running.cluster = &cluster;
    running.started.release();
    cluster.run(body, turns);
    for (const BlockMemory& block : cluster.blocks()) {
      const std::size_t bytes = shape.dynamic_bytes + block.shared.declared_bytes();
      if (bytes <= shape.most_shared_bytes) continue;
      throw std::length_error(
          fmt::format("a block takes {} bytes of shared memory of {}", bytes, shape.most_shared_bytes));
    }
  }
}

}  // namespace hetsyn::simt
