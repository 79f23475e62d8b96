#pragma once
#include <cstdint>
#include <filesystem>

namespace boost::dll {
class shared_library;
}

/// Shared libraries that are loaded when they are needed, so that the engine also runs on machines without them.
namespace hetsyn {

/// A loaded library. It is never unloaded, because its code and tables must outlive everything made from them. All
/// functions may be called from any thread.
class Library {
 public:
  enum class Symbols : std::uint8_t {
    own,    ///< only find() sees them (RTLD_LOCAL)
    global  ///< libraries that are loaded later see them too (RTLD_GLOBAL)
  };
  /// `path` is a file, or a name without a folder, which the dynamic linker then looks for. Throws RunError, whose text
  /// is a clause without the path: "cannot be loaded: …".
  static Library load(const std::filesystem::path& path, Symbols symbols = Symbols::own);

  /// The function of that name, or null. The caller must know its type, which cannot be checked.
  template <class Function>
  [[nodiscard]] Function* find(const char* name) const {
    return reinterpret_cast<Function*>(address(name));
  }

  /// Sets `function` to the function of that name. Throws RunError, "cannot be used: …", where there is none.
  template <class Function>
  void require(const char* name, Function*& function) const {
    function = find<Function>(name);
    if (function == nullptr) lacks(name);
  }

 private:
  Library(const boost::dll::shared_library& library, const std::filesystem::path& path)
      : library_(&library), path_(path) {}
  [[noreturn]] void lacks(const char* name) const;
  [[nodiscard]] void* address(const char* name) const;
  const boost::dll::shared_library* library_;
  std::filesystem::path path_;
};

/// The first member of the table of each of the engine's own modules. Modules are C++, built together with the engine.
struct ModuleHeader {
  std::uint32_t interface;  ///< version of the rest of the table; increases with every change of it
  const char* build;        ///< version of the engine and its compiler
};

struct ModuleKind {
  const char* name;       ///< "CUDA"
  const char* entry;      ///< the one symbol: extern "C" const Module* entry()
  ModuleHeader expected;  ///< that of this engine
  Library::Symbols symbols = Library::Symbols::own;
};

/// Loads a module and returns its table, of which only the header has been read. Throws RunError, one clause that names
/// the file, where the file is missing, cannot be loaded, or belongs to another build.
const ModuleHeader& load_module(const std::filesystem::path& path, const ModuleKind& kind);

/// The folder with the plugins and modules of the build or install tree that this code is from: "plugins" in
/// own_library_directory() (base/worker.hpp). Empty where there is none.
std::filesystem::path own_plugin_directory();

}  // namespace hetsyn
