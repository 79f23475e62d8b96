#pragma once
#include <vector>

#include "report/html/page.hpp"
#include "report/run_record.hpp"

namespace hetsyn {

/// What a training made of the time constants: their histograms before and after it with the shares at the clamps,
/// weights against them, and their drift, from the run's checkpoints. One section that says why, where there are none.
std::vector<Section> decay_sections(const RunRecord& run);

}  // namespace hetsyn
