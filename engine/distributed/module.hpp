#pragma once
#include <cstdint>

#include "core/communicator.hpp"

/// The border between the engine and hetsyn_mpi.so, which alone knows MPI: a process started alone loads nothing, and a
/// machine without MPI runs the engine all the same.
namespace hetsyn {

/// Counted up with every change of what crosses the border: this table and Communicator.
inline constexpr std::uint32_t kMpiModuleInterface = 1;
/// The version of the engine and its compiler: both sides of the border are C++ of one build.
inline constexpr const char* kMpiModuleBuild = HETSYN_BUILD_ID;
/// The one symbol of the module: extern "C" const MpiModule* hetsyn_mpi_module().
inline constexpr const char* kMpiModuleEntry = "hetsyn_mpi_module";

struct MpiModule {
  std::uint32_t interface;  ///< kMpiModuleInterface; checked before anything else is read
  const char* build;        ///< kMpiModuleBuild
  /// Name and version of the MPI library; needs no join().
  const char* (*library)();
  /// Joins the other processes of the launch; called once, and deleted by the caller: there all wait for each other.
  Communicator* (*join)();
};

}  // namespace hetsyn
