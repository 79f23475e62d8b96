#pragma once
#include <memory>
#include <string>

#include "core/communicator.hpp"

/// Whether this process is one of several, and how it reaches the others.
namespace hetsyn {

/// The number of processes that a launcher (mpirun, mpiexec, srun) says it started; 1 without a launcher. Read from the
/// environment, so that a process started alone loads nothing.
std::size_t launched_processes();

/// single_process() for one process; else the ranks of the launch, through hetsyn_mpi.so, until the pointer goes.
/// Throws RunError where the module is not there or cannot be loaded, and where MPI sees other processes than the
/// launcher started.
std::shared_ptr<Communicator> join_launch();

/// The MPI library that hetsyn_mpi.so is linked with, or why there is none.
std::string mpi_description();

}  // namespace hetsyn
