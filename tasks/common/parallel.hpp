#pragma once
#include <cstddef>
#include <functional>
#include <string>

namespace hetsyn::tasks {

/// Takes a sentence that tells the user how far something is.
using Report = std::function<void(const std::string&)>;

/// Calls make(0) … make(count − 1) on so many threads (0: one for each core), in any order, and reports each tenth:
/// "300 of 3000 recordings". `report` is never called by two threads at once. What `make` throws ends it and is passed
/// on.
void make_in_parallel(std::size_t count, unsigned threads, const std::string& things, const Report& report,
                      const std::function<void(std::size_t)>& make);

}  // namespace hetsyn::tasks
