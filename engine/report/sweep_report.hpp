#pragma once
#include <string>

#include "core/columns.hpp"
#include "report/sweep_table.hpp"

/// Reports over a sweep: one row per condition (mean, standard deviation and 95 % interval over training seeds), the
/// paired differences of models under equal conditions, and all points without a result.
namespace hetsyn {

/// Tables in lines of at most `columns`; Markdown if they are unlimited. Contains only the metric that selects models;
/// the other formats contain all metrics.
std::string sweep_text(const SweepTable& table, std::size_t columns = kUnlimitedColumns);
std::string sweep_json(const SweepTable& table);
std::string sweep_csv(const SweepTable& table);

}  // namespace hetsyn
