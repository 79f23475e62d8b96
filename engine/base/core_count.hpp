#pragma once
#include <algorithm>
#include <thread>

namespace hetsyn {

/// The number of processor cores that this process may use, at least 1.
inline unsigned core_count() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace hetsyn
