#pragma once
#include <string>

#include "cli/terminal.hpp"
#include "data/described_sample.hpp"

namespace hetsyn::cli {

/// The sample for people: facts, a raster of its events or a map of its values, and its target.
std::string sample_text(const TaskInfo& info, const DescribedSample& sample, const Terminal& terminal);

}  // namespace hetsyn::cli
