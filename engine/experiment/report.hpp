#pragma once
#include <filesystem>
#include <span>
#include <string>

namespace hetsyn {

/// A Markdown table over finished runs: one row per configuration, runs that differ in their seed alone taken together
/// as mean ± standard deviation (n − 1) of the metric that selects models, on the test split. Runs that did not finish
/// are named below the table, never dropped. Throws DataError for a directory that holds no run, naming it.
std::string report_table(std::span<const std::filesystem::path> runs);

}  // namespace hetsyn
