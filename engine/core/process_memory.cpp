#include "core/process_memory.hpp"

#include <fstream>
#include <limits>
#include <string>

namespace hetsyn {

ProcessMemory process_memory() {
  ProcessMemory memory;
  std::ifstream status("/proc/self/status");
  for (std::string field; status >> field;) {
    std::size_t kilobytes = 0;
    if (field == "VmRSS:" && status >> kilobytes) memory.resident = kilobytes << 10;
    if (field == "VmHWM:" && status >> kilobytes) memory.peak = kilobytes << 10;
    status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return memory;
}

}  // namespace hetsyn
