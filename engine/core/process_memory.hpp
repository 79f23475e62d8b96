#pragma once
#include <cstddef>

namespace hetsyn {

/// Physical memory of this process in bytes.
struct ProcessMemory {
  std::size_t resident = 0;  ///< now
  std::size_t peak = 0;      ///< the most since the program started
};

/// As the kernel counts it; zeros where /proc is not there.
ProcessMemory process_memory();

inline constexpr double kMegabyte = 0x1p20;  ///< bytes of a "MB" in configs and reports

}  // namespace hetsyn
