#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace hetsyn::tasks {

/// A text that names the classes without a training sample: "the class 'z'", "the classes 'o', 'z' and 7 others"; empty
/// if there are none. `samples`: the number for each class; `names`: [classes], or empty, and then numbers are used.
std::string untrained_classes(const std::vector<std::size_t>& samples, const std::vector<std::string>& names);

}  // namespace hetsyn::tasks
