#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

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

/// Starts a program that writes to `report`, the end of a pipe; it inherits only standard error. Does not wait for it.
/// Throws RunError if it cannot be started.
::pid_t start_worker(const std::filesystem::path& program, const std::vector<std::string>& arguments, int report);

}  // namespace hetsyn
