#include "backend/cuda/load_module.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <hetsyn/exceptions.hpp>
#include <utility>

#include "core/library.hpp"

namespace hetsyn::cuda {
namespace {

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
  return static_cast<const Module&>(hetsyn::load_module(path, kModule));
}

std::filesystem::path module_path() {
  if (const char* const variable = std::getenv("HETSYN_CUDA_MODULE"); variable != nullptr) return variable;
  return own_plugin_directory() / "hetsyn_cuda.so";
}

std::string unavailable() {
  static const std::string text = reason();
  return text;
}

std::string device_description() {
  const Module& module = usable_module();
  return fmt::format("{}, {}; {}", description(module.facts()), module.nccl(), module.cublas());
}

std::unique_ptr<Backend> create_backend(NetworkState state, const BackendOptions& options) {
  return usable_module().create(std::move(state), options);
}

BackendMemory backend_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options) {
  return usable_module().memory(network, batch, options);
}

}  // namespace hetsyn::cuda
