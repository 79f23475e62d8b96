#pragma once
#include "core/communicator.hpp"
#include "core/library.hpp"

/// The interface between the engine and hetsyn_mpi.so, the only part that is linked with MPI: a single process need not
/// load it, and the engine runs on machines without MPI.
namespace hetsyn {

inline constexpr ModuleKind kMpiModule{.name = "MPI",
                                       .entry = "hetsyn_mpi_module",
                                       .expected = {.interface = 2, .build = HETSYN_BUILD_ID},
                                       // MPI libraries load plugins, which need the symbols of the library
                                       .symbols = Library::Symbols::global};

/// Communicator is also part of this interface.
struct MpiModule : ModuleHeader {
  /// Name and version of the MPI library; may be called before join().
  const char* (*library)();
  /// Calls MPI_Init; call it once. The caller deletes the result, which blocks until all ranks have done so.
  Communicator* (*join)();
};

}  // namespace hetsyn
