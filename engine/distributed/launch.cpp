#define BOOST_DLL_USE_STD_FS
#include "distributed/launch.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "core/error.hpp"
#include "core/files.hpp"
#include "distributed/module.hpp"

namespace hetsyn {
namespace {

using boost::dll::shared_library;

/// Where launchers say how many processes they started: Open MPI's; PMI, as of MPICH and srun --mpi=pmi2; srun.
constexpr std::array<const char*, 3> kSizes{"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"};

shared_library open_module() {
  const std::filesystem::path path = own_plugin_directory() / "hetsyn_mpi.so";
  std::error_code none, failed;
  if (!std::filesystem::exists(path, none)) {
    throw RunError(fmt::format("{} does not exist: the engine was built without MPI", path.string()));
  }
  shared_library library;
  // Global, because parts that an MPI library loads by itself look there for the library's own symbols.
  namespace mode = boost::dll::load_mode;
  library.load(path, mode::rtld_now | mode::rtld_global, failed);
  if (!failed) return library;
  const char* const reason = ::dlerror();
  throw RunError(fmt::format("{} cannot be loaded: {}", path.string(), reason != nullptr ? reason : failed.message()));
}

const MpiModule& load_module() {
  // Leaked on purpose: code of the module must outlive everything made from it.
  static const shared_library& library = *new shared_library(open_module());
  const auto* const module =
      library.has(kMpiModuleEntry) ? library.get<const MpiModule*()>(kMpiModuleEntry)() : nullptr;
  const bool fits = module != nullptr && module->interface == kMpiModuleInterface &&
                    module->build == std::string_view(kMpiModuleBuild);
  if (fits) return *module;
  throw RunError(fmt::format("{} belongs to another build: build both together", library.location().string()));
}

}  // namespace

std::size_t launched_processes() {
  for (const char* const variable : kSizes) {
    if (const char* const value = std::getenv(variable)) return std::strtoul(value, nullptr, 10);
  }
  return 1;
}

std::shared_ptr<Communicator> join_launch() {
  const std::size_t processes = launched_processes();
  if (processes <= 1) return {std::shared_ptr<Communicator>(), &single_process()};
  try {
    std::shared_ptr<Communicator> ranks(load_module().join());
    if (ranks->size() == processes) return ranks;
    throw RunError(fmt::format("MPI sees {}: with srun, choose with --mpi what this MPI understands (srun --mpi=list)",
                               ranks->size()));
  } catch (const RunError& error) {
    throw RunError(fmt::format("started as one of {} processes, but {}", processes, error.what()));
  }
}

std::string mpi_description() {
  try {
    return load_module().library();
  } catch (const RunError& error) {
    return fmt::format("none: {}", error.what());
  }
}

}  // namespace hetsyn
