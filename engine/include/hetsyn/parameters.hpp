#pragma once
#include <hetsyn/configuration.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace hetsyn {

/// A parameter array by name: "hidden1.w" [post][pre], "hidden1.r" (decays exp(−Δt/τ)), …
struct ParameterArray {
  std::string name = {};
  std::size_t rows = 0, columns = 0;
  std::vector<float> values = {};  ///< [rows][columns]
};

/// Writes arrays to a file, atomically, from which a network starts with the key model.initial; docs/checkpoints.md has
/// its layout. Of `config` only [model] is kept: model.dt_ms, which decays need, and with model.neuron all keys of a
/// whole network, which SavedNetwork then reads. Throws ConfigError for a wrong key, UsageError for arrays that no
/// network has or whose number of values is not that of their shape, DataError for values that are not possible, and
/// RunError if the file cannot be written.
void save_parameters(const std::filesystem::path& file, std::span<const ParameterArray> arrays, const Config& config);

}  // namespace hetsyn
