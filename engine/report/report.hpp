#pragma once
#include <string>

#include "report/run_table.hpp"

/// Reports over finished runs: one row per configuration (mean, standard deviation and 95 % interval over its seeds),
/// one per pair of configurations (the same of the differences over the seeds that both have), and the runs that did
/// not end, which are never dropped.
namespace hetsyn {

std::string report_markdown(const RunTable& table);
std::string report_json(const RunTable& table);
/// One line per row or pair and quantity, and one per run that is not counted.
std::string report_csv(const RunTable& table);

}  // namespace hetsyn
