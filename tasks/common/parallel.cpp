#include "common/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/core_count.hpp"

namespace hetsyn::tasks {

void make_in_parallel(std::size_t count, unsigned threads, const std::string& things, const Report& report,
                      const std::function<void(std::size_t)>& make) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;  // of what follows, and of `report`
  std::size_t made = 0;
  std::exception_ptr failure;
  const auto make_one = [&](std::size_t index) {
    make(index);
    const std::scoped_lock lock(mutex);
    ++made;
    if (10 * made / count != 10 * (made - 1) / count) {
      report(std::to_string(made) + " of " + std::to_string(count) + " " + things);
    }
  };
  const auto work = [&] {
    try {
      for (std::size_t index = next++; index < count; index = next++) make_one(index);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  {
    if (threads == 0) threads = core_count();
    std::vector<std::jthread> others(std::min<std::size_t>(threads, std::max<std::size_t>(count, 1)) - 1);
    for (std::jthread& other : others) other = std::jthread(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace hetsyn::tasks
