#pragma once
#include "core/communicator.hpp"
#include "core/library.hpp"

/// The border between the engine and hetsyn_mpi.so, which alone knows MPI: a process started alone loads nothing, and a
/// machine without MPI runs the engine all the same.
namespace hetsyn {

inline constexpr ModuleKind kMpiModule{.name = "MPI",
                                       .entry = "hetsyn_mpi_module",
                                       .expected = {.interface = 2, .build = HETSYN_BUILD_ID},
                                       // parts that an MPI library loads by itself look there for the library's symbols
                                       .symbols = Library::Symbols::global};

/// Communicator crosses the border, too.
struct MpiModule : ModuleHeader {
  /// Name and version of the MPI library; needs no join().
  const char* (*library)();
  /// Joins the other processes of the launch; called once, and deleted by the caller: there all wait for each other.
  Communicator* (*join)();
};

}  // namespace hetsyn
