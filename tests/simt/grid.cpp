#include "simt/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simt/block_memory.hpp"
#include "simt/fiber.hpp"

namespace hetsyn::simt {
namespace {

enum class State : std::uint8_t { ready, waits_for_block, waits_for_warp, ended };

struct Thread {
  Place place;
  Fiber* fiber = nullptr;
  Warp* warp = nullptr;
  State state = State::ready;
  std::source_location where;  ///< of the wait
  unsigned block_waits = 0, warp_waits = 0;
};

bool same_place(const std::source_location& a, const std::source_location& b) {
  return a.line() == b.line() && a.column() == b.column() && std::string_view(a.file_name()) == b.file_name();
}

/// An order of 0 … count − 1 for each turn.
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

/// One block. It is kept until the grid has ended, so that no two blocks of a grid have memory at the same address:
/// ThreadSanitizer would take it for shared.
class Block {
 public:
  Block(const GridShape& shape, const Index& block);
  void run(const std::function<void()>& body, Turns& turns);
  void wait(Thread& thread, State state, const std::source_location& where, Mark& mark);
  [[nodiscard]] BlockMemory& memory() { return memory_; }

 private:
  void resume(Thread& thread);
  void release_warp(const Thread& thread);
  void release_block();
  void release(std::span<Thread> threads);
  void abandon();
  [[nodiscard]] std::string waits() const;

  BlockMemory memory_;
  std::vector<Thread> threads_;
  std::size_t live_;
};

struct Running {
  Block* block = nullptr;
  Thread* thread = nullptr;
  Mark started, ended;
  Schedule schedule;
};
Running running;

/// What the threads of a grid did, also those that were given up, happens before what its launcher does next.
struct ThreadEnd {
  ~ThreadEnd() { running.ended.release(); }
};
struct GridEnd {
  ~GridEnd() { running.ended.acquire(); }
};

/// Fiber k is the k-th thread of every block.
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

Block::Block(const GridShape& shape, const Index& block)
    : memory_(volume(shape.block), shape.dynamic_bytes), threads_(volume(shape.block)), live_(threads_.size()) {
  for (std::size_t k = 0; k < threads_.size(); ++k) {
    const auto lane = static_cast<unsigned>(k % kWarpSize);
    threads_[k] = {.place = {index_of(k, shape.block), block, shape.block, shape.grid, lane},
                   .fiber = &fiber(k),
                   .warp = &memory_.warps[k / kWarpSize],
                   .where = {}};
  }
}

void Block::run(const std::function<void()>& body, Turns& turns) {
  for (Thread& thread : threads_) thread.fiber->start(body);
  try {
    while (live_ > 0) {
      bool progress = false;
      for (const unsigned k : turns.next()) {
        if (threads_[k].state != State::ready) continue;
        resume(threads_[k]);
        progress = true;
      }
      if (!progress) release_block();
    }
  } catch (...) {
    abandon();
    throw;
  }
}

void Block::resume(Thread& thread) {
  running.thread = &thread;
  thread.fiber->resume();
  if (thread.fiber->done()) {
    thread.state = State::ended;
    --live_;
  } else if (thread.state == State::waits_for_warp && ++thread.warp->waiting == kWarpSize) {
    release_warp(thread);
  }
}

void Block::wait(Thread& thread, State state, const std::source_location& where, Mark& mark) {
  thread.state = state;
  thread.where = where;
  mark.release();
  thread.fiber->suspend();
  mark.acquire();
}

void Block::release_warp(const Thread& thread) {
  thread.warp->waiting = 0;
  const auto first = static_cast<std::size_t>(&thread - threads_.data()) / kWarpSize * kWarpSize;
  release(std::span(threads_).subspan(first, kWarpSize));
}

void Block::release_block() {
  if (std::any_of(threads_.begin(), threads_.end(), [](const Thread& t) { return t.state == State::waits_for_warp; })) {
    throw Divergence(waits());
  }
  release(threads_);
}

void Block::release(std::span<Thread> threads) {
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

void Block::abandon() {
  for (Thread& thread : threads_) {
    running.thread = &thread;
    if (!thread.fiber->done()) thread.fiber->abandon();
  }
}

std::string Block::waits() const {
  std::map<std::string, int> counts;
  for (const Thread& thread : threads_) {
    const std::string where = fmt::format("{}:{}", thread.where.file_name(), thread.where.line());
    switch (thread.state) {
      case State::ended: ++counts["have ended"]; break;
      case State::ready: ++counts["run"]; break;
      case State::waits_for_block: ++counts["wait for the block at " + where]; break;
      case State::waits_for_warp: ++counts["wait for their warp at " + where]; break;
    }
  }
  const Index& block = threads_.front().place.block;
  std::string text = fmt::format("threads of block ({}, {}, {}) do not meet:", block.x, block.y, block.z);
  for (const auto& [what, count] : counts) text += fmt::format(" {} {};", count, what);
  text.back() = '.';
  return text;
}

}  // namespace

const Place& place() { return running.thread->place; }

void wait_for_block(const std::source_location& where) {
  Thread& thread = *running.thread;
  Mark& mark = running.block->memory().marks[thread.block_waits++ % 2];
  running.block->wait(thread, State::waits_for_block, where, mark);
}

void wait_for_warp(const std::source_location& where) {
  Thread& thread = *running.thread;
  Mark& mark = thread.warp->marks[thread.warp_waits++ % 2];
  running.block->wait(thread, State::waits_for_warp, where, mark);
}

LaneSlot* lane_slots() { return running.thread->warp->slots[running.thread->warp_waits % 2].data(); }

void* static_shared(std::size_t bytes, const std::source_location& where) {
  return running.block->memory().shared.declared(bytes, where);
}

void* dynamic_shared() { return running.block->memory().shared.dynamic(); }

void set_schedule(const Schedule& schedule) { running.schedule = schedule; }

void run_grid(const GridShape& shape, const std::function<void()>& thread_body) {
  const std::function<void()> body = [&] {
    const ThreadEnd end;
    running.started.acquire();
    thread_body();
  };
  std::deque<Block> blocks;
  const GridEnd end;
  Turns block_turns(volume(shape.grid), running.schedule), turns(volume(shape.block), running.schedule);
  for (const unsigned k : block_turns.next()) {
    Block& block = blocks.emplace_back(shape, index_of(k, shape.grid));
    running.block = &block;
    running.started.release();
    block.run(body, turns);
    const std::size_t bytes = shape.dynamic_bytes + block.memory().shared.declared_bytes();
    if (bytes <= shape.most_shared_bytes) continue;
    throw std::length_error(
        fmt::format("a block takes {} bytes of shared memory of {}", bytes, shape.most_shared_bytes));
  }
}

}  // namespace hetsyn::simt
