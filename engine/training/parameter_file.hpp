#pragma once
#include <hetsyn/parameters.hpp>
#include <span>
#include <string>
#include <vector>

/// Files with some arrays of a network by name: the part of a checkpoint that does not belong to its training.
namespace hetsyn {

struct ParameterFile {
  std::string config;  ///< as TOML; a file of parameters has only [model]
  std::vector<ParameterArray> arrays;
};

/// Writes a file of parameters like a checkpoint, without data, moments, progress and records. Throws RunError if it
/// cannot be written.
void write_parameter_file(const std::string& path, const std::string& config, std::span<const ParameterArray> arrays);

/// Reads a file of parameters or a checkpoint. Whether a network has these arrays and values is checked by its caller.
/// Throws RunError as read_checkpoint().
ParameterFile read_parameter_file(const std::string& path);

}  // namespace hetsyn
