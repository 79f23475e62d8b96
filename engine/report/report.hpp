#pragma once
#include <string>

#include "core/columns.hpp"
#include "report/run_table.hpp"

/// Reports over finished runs: one row per configuration (mean, standard deviation and 95 % interval over its seeds),
/// one per pair of configurations (the same for the differences over the seeds that both have), and all runs that did
/// not end.
namespace hetsyn {

/// Tables in lines of at most `columns`; Markdown if they are unlimited.
std::string report_text(const RunTable& table, std::size_t columns = kUnlimitedColumns);
std::string report_json(const RunTable& table);
/// One line per row or pair and quantity, and one per uncounted run.
std::string report_csv(const RunTable& table);

}  // namespace hetsyn
