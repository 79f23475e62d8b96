#include "core/process_memory.hpp"

#include <algorithm>
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

std::size_t available_memory() {
  std::size_t available = std::numeric_limits<std::size_t>::max();
  std::ifstream machine("/proc/meminfo");
  for (std::string field; machine >> field;) {
    std::size_t kilobytes = 0;
    if (field == "MemAvailable:" && machine >> kilobytes) available = kilobytes << 10;
    machine.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  std::size_t most = 0, used = 0;
  const bool limited = (std::ifstream("/sys/fs/cgroup/memory.max") >> most) &&  // "max": no limit
                       (std::ifstream("/sys/fs/cgroup/memory.current") >> used);
  return limited ? std::min(available, most - std::min(most, used)) : available;
}

}  // namespace hetsyn
