#pragma once
#include <chrono>
#include <filesystem>

namespace hetsyn {

/// Loads the plugin in a forked child and throws PluginError with the reason where that child crashes, ends the process
/// or takes longer than `patience`. What load_plugin() reports by itself is left to it. Call it before threads are
/// started: a forked child has only the calling one.
void probe_plugin(const std::filesystem::path& path, std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace hetsyn
