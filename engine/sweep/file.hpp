#pragma once
#include <span>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/config_key.hpp"

namespace hetsyn {

/// A sweep as it is written. Keys have the form "train.batch".
struct SweepFile {
  /// Axes that are combined, every value with every other.
  using Axes = ConfigValue::Table;

  std::string task;                 ///< may be empty if base names it
  std::string split = "test";       ///< the set that points are evaluated on
  std::string checkpoint = "best";  ///< the checkpoint of each network that is evaluated: "best" or "last"
  ConfigDocument base;              ///< the config that the rest changes
  ConfigValue::Table set;           ///< values for all points
  std::vector<Axes> axes;           ///< axes of training; the sweep is the union of the members' points
  std::vector<Axes> zips;   ///< each member has axes of equal length that vary together; combined with all other axes
  std::vector<Axes> tests;  ///< like `axes`, for damage and other samples at test time
};

/// Reads a sweep file, or the sweep.toml of a sweep directory. Throws ConfigError with file, line and what was
/// expected.
SweepFile read_sweep_file(const std::string& path);

/// Adds `table.key=value` to `set`; messages name `option`. Throws ConfigError.
void add_setting(SweepFile& sweep, std::string_view option, std::string_view assignment);

/// Makes relative paths in the values of a task's keys absolute, so that the sweep can be continued from any directory.
void make_paths_absolute(SweepFile& sweep, std::span<const KeySpec> task_keys);

/// The sweep as TOML, including its base; reading it gives the same sweep.
std::string write_sweep_file(const SweepFile& sweep);

}  // namespace hetsyn
