#include "distributed/launch.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <hetsyn/exceptions.hpp>
#include <system_error>

#include "core/library.hpp"
#include "distributed/module.hpp"

namespace hetsyn {
namespace {

/// The environment variables in which launchers put the number of processes: Open MPI; PMI (MPICH, srun --mpi=pmi2);
/// srun.
constexpr std::array<const char*, 3> kSizes{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"};

const MpiModule& module() {
  return static_cast<const MpiModule&>(load_module(own_plugin_directory() / "hetsyn_mpi.so", kMpiModule));
}

}  // namespace

std::size_t launched_processes() {
  for (const char* const variable : kSizes) {
    const char* const value = std::getenv(variable);
    if (value == nullptr) continue;
    const char* const end = value + std::strlen(value);
    std::size_t processes = 0;
    const auto [stopped, error] = std::from_chars(value, end, processes);
    if (error == std::errc() && stopped == end && processes > 0) return processes;
    throw UsageError(
        fmt::format("{}={}: expected the number of processes, 1 or more, as a launcher sets it", variable, value));
  }
  return 1;
}

std::shared_ptr<Communicator> join_launch() {
  const std::size_t processes = launched_processes();
  if (processes <= 1) return {std::shared_ptr<Communicator>(), &single_process()};
  try {
    std::shared_ptr<Communicator> ranks(module().join());
    if (ranks->size() == processes) return ranks;
    throw RunError(fmt::format("MPI sees {}: with srun, choose with --mpi what this MPI understands (srun --mpi=list)",
                               ranks->size()));
  } catch (const RunError& error) {
    throw RunError(fmt::format("started as one of {} processes, but {}", processes, error.what()));
  }
}

std::string mpi_description() {
  try {
    return module().library();
  } catch (const RunError& error) {
    return fmt::format("none: {}", error.what());
  }
}

}  // namespace hetsyn
