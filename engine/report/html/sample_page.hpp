#pragma once
#include "data/described_sample.hpp"
#include "report/html/page.hpp"

namespace hetsyn {

/// A page that shows one sample of a task.
Page sample_page(const TaskInfo& info, const DescribedSample& sample);

}  // namespace hetsyn
