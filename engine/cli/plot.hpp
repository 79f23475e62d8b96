#pragma once
#include <filesystem>
#include <string>

#include "cli/terminal.hpp"

namespace hetsyn::cli {

/// The learning curves of a run as text for a terminal: a panel for each metric, a line for each split. Throws
/// DataError if the directory is not a run or has no epoch yet, or for a damaged file.
std::string plot_run(const std::filesystem::path& run, const Terminal& terminal);

}  // namespace hetsyn::cli
