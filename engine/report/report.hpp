#pragma once
#include <string>

#include "report/run_table.hpp"

/// Reports over finished runs: one row per configuration (mean, standard deviation and 95 % interval over its seeds),
/// one per pair of configurations (the same for the differences over the seeds that both have), and all runs that did
/// not end.
namespace hetsyn {

std::string report_markdown(const RunTable& table);
std::string report_json(const RunTable& table);
/// One line per row or pair and quantity, and one per uncounted run.
std::string report_csv(const RunTable& table);

}  // namespace hetsyn
