#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

/// Work that may crash or hang, done by a program of its own. It is started by posix_spawn, which, unlike a plain fork,
/// is safe in a process that has threads or has started MPI.
namespace hetsyn {

/// Where a worker writes what it was asked for; what it prints is dropped.
inline constexpr int kReportDescriptor = 3;

/// lib/hetsyn of the build or install tree that this code is from (a library where it was linked into one), where
/// plugins, modules and workers are: beside its directory, or up to three above it; or else likewise of the program.
/// Empty where there is none.
std::filesystem::path own_library_directory();

/// A worker of the engine, by its name. Throws RunError where it is not there.
std::filesystem::path own_worker(const std::string& name);

/// Starts a program that writes to `report`, the end of a pipe; it inherits standard error and nothing else. Throws
/// RunError where it cannot be started.
::pid_t start_worker(const std::filesystem::path& program, const std::vector<std::string>& arguments, int report);

}  // namespace hetsyn
