#pragma once
#include <cstdint>
#include <filesystem>

/// Shared libraries that are loaded when they are needed, so that a machine without them runs the engine all the same.
namespace hetsyn {

/// A loaded library. It stays loaded until the process ends: its code and tables must outlive everything made from
/// them.
class Library {
 public:
  enum class Symbols : std::uint8_t {
    own,    ///< seen through find() only
    global  ///< seen by libraries that are loaded later, too
  };
  /// `path`: a file; a name without a folder is looked for where the system has its libraries. Throws RunError, whose
  /// text is a clause without the path: "cannot be loaded: …".
  static Library load(const std::filesystem::path& path, Symbols symbols = Symbols::own);

  /// The function of that name, null where there is none; its type is for the caller to know.
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
  Library(void* handle, const std::filesystem::path& path) : handle_(handle), path_(path) {}
  [[noreturn]] void lacks(const char* name) const;
  [[nodiscard]] void* address(const char* name) const;
  void* handle_;
  std::filesystem::path path_;
};

/// What the table of each of the engine's own modules begins with. Modules are C++ of one build with the engine.
struct ModuleHeader {
  std::uint32_t interface;  ///< counted up with every change of what crosses the border
  const char* build;        ///< version of the engine and its compiler
};

struct ModuleKind {
  const char* name;       ///< "CUDA"
  const char* entry;      ///< the one symbol: extern "C" const Module* entry()
  ModuleHeader expected;  ///< of this engine
  Library::Symbols symbols = Library::Symbols::own;
};

/// The table of a module; nothing but its header has been read. Throws RunError, one clause with the file, where it is
/// not there, cannot be loaded, or belongs to another build.
const ModuleHeader& load_module(const std::filesystem::path& path, const ModuleKind& kind);

/// Plugins and modules of the build or install tree that the program runs from: the folder plugins of
/// own_library_directory(), see base/worker.hpp. Empty where there is none.
std::filesystem::path own_plugin_directory();

}  // namespace hetsyn
