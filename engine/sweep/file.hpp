#pragma once
#include <span>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/config_key.hpp"

namespace hetsyn {

/// A sweep as written. Keys of the assignments have their table in front: "train.batch".
struct SweepFile {
  /// Axes that are combined: every value with every other.
  using Axes = ConfigValue::Table;

  std::string task;                 ///< may be empty where base names it
  std::string split = "test";       ///< set of samples that points are evaluated on
  std::string checkpoint = "best";  ///< of the trained network: "best" or "last"
  ConfigDocument base;              ///< config that the rest changes
  ConfigValue::Table set;           ///< values of all points
  std::vector<Axes> axes;           ///< of training; the points are those of all members
  std::vector<Axes> zips;           ///< members hold axes of one length that move together; combined with all else
  std::vector<Axes> tests;          ///< the same as axes, for damage and other samples at test time
};

/// Reads a sweep file, or the sweep.toml of a sweep directory. Throws ConfigError with file, line and what was
/// expected.
SweepFile read_sweep_file(const std::string& path);

/// Adds `table.key=value` to what is set; `option` names the option in messages. Throws ConfigError.
void add_setting(SweepFile& sweep, std::string_view option, std::string_view assignment);

/// Makes relative paths among the values of a task's keys absolute, so that the sweep can be continued from elsewhere.
void make_paths_absolute(SweepFile& sweep, std::span<const KeySpec> task_keys);

/// The sweep as TOML, with its base in it; reading it again gives the same sweep.
std::string write_sweep_file(const SweepFile& sweep);

}  // namespace hetsyn
