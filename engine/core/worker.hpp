#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace hetsyn {

struct WorkerEnd {
  enum class Kind : std::uint8_t { reported, died, late };
  Kind kind = Kind::died;
  std::string report;  ///< a text that ended in NUL, which is left out
  int status = 0;      ///< as waitpid() gives it
};

/// Runs a worker (see base/worker.hpp) until it has reported, has died, or `patience` is over, and leaves no process
/// behind. Throws RunError where it cannot be started.
WorkerEnd run_worker(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                     std::chrono::milliseconds patience);

}  // namespace hetsyn
