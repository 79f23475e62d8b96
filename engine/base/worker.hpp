#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/descriptor.hpp"

/// Workers: separate programs for work that may crash or hang. posix_spawn starts them, which is safe in a process that
/// has threads or has started MPI, unlike fork.
namespace hetsyn {

/// A worker writes its report to this descriptor. What it prints is discarded.
inline constexpr int kReportDescriptor = 3;

/// The folder lib/hetsyn with plugins, modules and workers, of the build or install tree that this code is from. It is
/// searched beside the file that contains this code (the program or a library), then in up to three folders above, then
/// in the same way from the program. Empty if there is none.
std::filesystem::path own_library_directory();

/// The path of one of the engine's workers. Throws RunError if it is missing.
std::filesystem::path own_worker(const std::string& name);

struct Worker {
  ::pid_t process;
  Descriptor report;  ///< the end of a pipe from which the worker's report is read
};

/// Starts a program that inherits only standard error and the other end of the report's pipe. Does not wait for it; the
/// caller must do so. Throws RunError if it cannot be started.
Worker start_worker(const std::filesystem::path& program, const std::vector<std::string>& arguments);

/// Waits for a child process to end. Returns its status as waitpid() does, or -1 if there is no such child.
int wait_for_end(::pid_t process);

}  // namespace hetsyn
