#pragma once
#include "report/html/page.hpp"
#include "report/sweep_table.hpp"

namespace hetsyn {

/// A page of all points of a sweep. Reads the learning curves of the models that are still there; throws DataError if a
/// metrics.jsonl is invalid.
Page sweep_page(const SweepTable& table);

}  // namespace hetsyn
