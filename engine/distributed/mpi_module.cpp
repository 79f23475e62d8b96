#include <mpi.h>

#include <string>

#include "distributed/module.hpp"
#include "distributed/mpi_communicator.hpp"

namespace hetsyn {
namespace {

/// The text before the first comma or line break: "Open MPI v4.1.4".
const char* library() {
  static const std::string name = [] {
    char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
    int length = 0;
    MPI_Get_library_version(text, &length);
    const std::string whole = text;
    return whole.substr(0, whole.find_first_of(",\n"));
  }();
  return name.c_str();
}

Communicator* join() { return new MpiCommunicator; }

constexpr MpiModule kModule{kMpiModule.expected, &library, &join};

}  // namespace
}  // namespace hetsyn

extern "C" __attribute__((visibility("default"))) const hetsyn::ModuleHeader* hetsyn_mpi_module() {
  return &hetsyn::kModule;
}
