#pragma once
#include <cstddef>
#include <functional>
#include <string>

namespace hetsyn::tasks {

/// Logs the progress of something.
using Report = std::function<void(const std::string&)>;

/// Calls make(0) … make(count − 1) on `threads` threads (0: one for each core), in any order, and blocks until all are
/// done. Reports every tenth: "300 of 3000 recordings"; `report` is never called by two threads at once. An exception
/// of `make` stops the calls and is rethrown.
void make_in_parallel(std::size_t count, unsigned threads, const std::string& things, const Report& report,
                      const std::function<void(std::size_t)>& make);

}  // namespace hetsyn::tasks
