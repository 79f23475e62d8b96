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

/// The bytes that new allocations of this process may use without swapping: of the machine, and of the control group
/// that a container or a batch system may have put the process into. Unlimited if the system does not say.
std::size_t available_memory();

inline constexpr double kMegabyte = 0x1p20;  ///< bytes of a "MB" in configs and reports

}  // namespace hetsyn
