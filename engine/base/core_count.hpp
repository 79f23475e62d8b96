#pragma once
#include <algorithm>
#include <thread>

namespace hetsyn {

/// Processor cores that this process may use, at least one.
inline unsigned core_count() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace hetsyn
