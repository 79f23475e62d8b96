#define BOOST_DLL_USE_STD_FS
#include "core/library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>
#include <deque>
#include <hetsyn/exceptions.hpp>
#include <mutex>
#include <string_view>
#include <system_error>

#include "base/worker.hpp"
#include "core/writable.hpp"

namespace hetsyn {
namespace {

using boost::dll::shared_library;

/// Keeps a library loaded until the process ends. Sessions on several threads may load libraries at once.
const shared_library& keep(shared_library&& library) {
  static std::mutex one_at_a_time;
  static auto* const kept = new std::deque<shared_library>();  // never destroyed, as that would unload them
  const std::lock_guard lock(one_at_a_time);
  return kept->emplace_back(std::move(library));
}

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view why) {
  throw RunError(fmt::format("{} {}", path.string(), why));
}

Library load_file(const std::filesystem::path& path, Library::Symbols symbols) {
  try {
    return Library::load(std::filesystem::absolute(path), symbols);
  } catch (const RunError& error) {
    refuse(path, error.what());
  }
}

}  // namespace

Library Library::load(const std::filesystem::path& path, Symbols symbols) {
  namespace mode = boost::dll::load_mode;
  const auto scope = symbols == Symbols::global ? mode::rtld_global : mode::rtld_local;
  const auto place = path.has_parent_path() ? mode::default_mode : mode::search_system_folders;
  std::error_code failed;
  shared_library library;
  library.load(path, mode::rtld_now | scope | place, failed);
  if (!failed) return {keep(std::move(library)), path};
  const char* const reason = ::dlerror();  // which library or symbol is missing; the error code of Boost does not say
  throw RunError(fmt::format("cannot be loaded: {}", reason != nullptr ? reason : failed.message()));
}

void Library::lacks(const char* name) const {
  throw RunError(fmt::format("cannot be used: {} does not export {}", path_.string(), name));
}

void* Library::address(const char* name) const {
  return library_->has(name) ? &library_->get<unsigned char>(name) : nullptr;
}

const ModuleHeader& load_module(const std::filesystem::path& path, const ModuleKind& kind) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) {
    refuse(path, fmt::format("does not exist: the engine was built without {}", kind.name));
  }
  if (const std::string open = writable_by_everyone(path, Named::file); !open.empty())
    refuse(path, "is not loaded: " + open);
  auto* const entry = load_file(path, kind.symbols).find<const ModuleHeader*()>(kind.entry);
  if (entry == nullptr) refuse(path, fmt::format("does not export {}: it is not the {} module", kind.entry, kind.name));
  const ModuleHeader& header = *entry();
  if (header.interface != kind.expected.interface) {
    refuse(path, fmt::format("has interface {}, this engine takes {}: build both together", header.interface,
                             kind.expected.interface));
  }
  if (header.build != std::string_view(kind.expected.build)) {
    refuse(path, fmt::format("belongs to build {}, this engine is {}: build both together", header.build,
                             kind.expected.build));
  }
  return header;
}

std::filesystem::path own_plugin_directory() {
  std::error_code none;
  const std::filesystem::path plugins = own_library_directory() / "plugins";
  return std::filesystem::is_directory(plugins, none) ? plugins : std::filesystem::path();
}

}  // namespace hetsyn
