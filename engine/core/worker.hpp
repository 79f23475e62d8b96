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
  std::string report;  ///< without the NUL that ends it
  int status = 0;      ///< as returned by waitpid()
};

/// Starts a worker (base/worker.hpp) and blocks until it has reported, has ended, or `patience` is over. Kills it if it
/// still runs. Throws RunError if it cannot be started.
WorkerEnd run_worker(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                     std::chrono::milliseconds patience);

}  // namespace hetsyn
