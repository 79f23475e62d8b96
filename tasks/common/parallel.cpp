#include "common/parallel.hpp"

#include <mutex>

#include "base/parallel.hpp"
#include "base/threads.hpp"

namespace hetsyn::tasks {

void make_in_parallel(std::size_t count, unsigned threads, const std::string& things, const Report& report,
                      const std::function<void(std::size_t)>& make) {
  std::mutex mutex;  // of what follows, and of `report`
  std::size_t made = 0;
  const auto make_one = [&](std::size_t index) {
    make(index);
    const std::scoped_lock lock(mutex);
    ++made;
    if (10 * made / count != 10 * (made - 1) / count) {
      report(std::to_string(made) + " of " + std::to_string(count) + " " + things);
    }
  };
  on_threads(thread_count(static_cast<int>(threads)),
             [&] { for_each_index(count, make_one, tbb::simple_partitioner()); });
}

}  // namespace hetsyn::tasks
