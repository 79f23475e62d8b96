#pragma once
#include "report/html/page.hpp"
#include "report/run_record.hpp"

namespace hetsyn {

/// Loss, metrics, learning rate and firing rates over the epochs of a run.
Section curves_section(const RunRecord& run);

}  // namespace hetsyn
