#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace hetsyn::tasks {

/// Names the classes that have no sample to train on: "the class 'z'", "the classes 'o', 'z' and 7 others"; empty where
/// there is none. `samples`: of each class; `names` [classes], or empty: their numbers are used.
std::string untrained_classes(const std::vector<std::size_t>& samples, const std::vector<std::string>& names);

}  // namespace hetsyn::tasks
