#define BOOST_DLL_USE_STD_FS
#include "backend/cuda/load_module.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/files.hpp"

namespace hetsyn::cuda {
namespace {

using boost::dll::shared_library;

shared_library open(const std::filesystem::path& path) {
  shared_library library;
  std::error_code failed;
  namespace mode = boost::dll::load_mode;
  library.load(std::filesystem::absolute(path), mode::rtld_now | mode::rtld_local, failed);
  if (!failed) return library;
  const char* const reason = ::dlerror();
  throw RunError(fmt::format("{} cannot be loaded: {}", path.string(), reason != nullptr ? reason : failed.message()));
}

const Module& usable_module() {
  if (const std::string why = unavailable(); !why.empty()) throw RunError("device \"cuda\" cannot be used: " + why);
  return load_module(module_path());
}

std::string reason() {
  try {
    return why_unusable(load_module(module_path()).facts());
  } catch (const RunError& error) {
    return error.what();
  }
}

}  // namespace

const Module& load_module(const std::filesystem::path& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) {
    throw RunError(fmt::format("{} does not exist: the engine was built without CUDA", path.string()));
  }
  shared_library library = open(path);
  if (!library.has(kModuleEntry)) {
    throw RunError(fmt::format("{} does not export {}: it is not the CUDA module", path.string(), kModuleEntry));
  }
  const Module* const module = library.get<const Module*()>(kModuleEntry)();
  if (module->interface != kModuleInterface) {
    throw RunError(fmt::format("{} has interface {}, this engine takes {}: build both together", path.string(),
                               module->interface, kModuleInterface));
  }
  if (module->build != std::string_view(kModuleBuild)) {
    throw RunError(fmt::format("{} belongs to build {}, this engine is {}: build both together", path.string(),
                               module->build, kModuleBuild));
  }
  // Leaked on purpose: code of the module must outlive everything made from it.
  static auto* const loaded = new std::vector<shared_library>();
  loaded->push_back(std::move(library));
  return *module;
}

std::filesystem::path module_path() {
  if (const char* const variable = std::getenv("HETSYN_CUDA_MODULE"); variable != nullptr) return variable;
  return own_plugin_directory() / "hetsyn_cuda.so";
}

std::string unavailable() {
  static const std::string text = reason();
  return text;
}

std::string device_description() { return description(usable_module().facts()); }

std::unique_ptr<Backend> create_backend(NetworkState state, const BackendOptions& options) {
  return usable_module().create(std::move(state), options);
}

BackendMemory backend_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options) {
  return usable_module().memory(network, batch, options);
}

}  // namespace hetsyn::cuda
