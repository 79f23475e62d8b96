#include "common/standin/parallel.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <mutex>

namespace hetsyn::tasks {

void make_in_parallel(std::size_t count, const std::string& things, const Report& report,
                      const std::function<void(std::size_t)>& make) {
  std::mutex mutex;
  std::size_t made = 0;
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t index) {
    make(index);
    const std::scoped_lock lock(mutex);
    ++made;
    if (10 * made / count != 10 * (made - 1) / count)
      report(std::to_string(made) + " of " + std::to_string(count) + " " + things);
  });
}

}  // namespace hetsyn::tasks
