#pragma once
#include <cstddef>

namespace hetsyn {

/// The physical memory of this process in bytes.
struct ProcessMemory {
  std::size_t resident = 0;  ///< now
  std::size_t peak = 0;      ///< the largest value since the program started
};

/// As the operating system counts it; zeros without /proc.
ProcessMemory process_memory();

inline constexpr double kMegabyte = 0x1p20;  ///< bytes of a "MB" in configs and reports

}  // namespace hetsyn
