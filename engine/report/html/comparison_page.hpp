#pragma once
#include "report/html/page.hpp"
#include "report/run_table.hpp"

namespace hetsyn {

/// A page that compares several runs. Reads their learning curves; throws DataError if a metrics.jsonl is invalid.
Page comparison_page(const RunTable& table);

}  // namespace hetsyn
