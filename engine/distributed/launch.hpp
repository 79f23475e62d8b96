#pragma once
#include <memory>
#include <string>

#include "core/communicator.hpp"

/// Finds out whether this process is one of several, and connects them.
namespace hetsyn {

/// The number of processes that a launcher (mpirun, mpiexec, srun) has started; 1 without a launcher. It is read from
/// the environment, so that a single process need not load MPI.
std::size_t launched_processes();

/// Returns single_process() for one process; otherwise the ranks of the launch, connected by hetsyn_mpi.so (MPI_Init)
/// until the pointer is destroyed. Throws RunError if the module is missing or cannot be loaded, and if MPI finds
/// another number of processes than the launcher started.
std::shared_ptr<Communicator> join_launch();

/// The MPI library that hetsyn_mpi.so is linked with, or the reason why there is none.
std::string mpi_description();

}  // namespace hetsyn
