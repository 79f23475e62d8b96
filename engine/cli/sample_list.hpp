#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace hetsyn::cli {

/// The numbers in a list such as "0,5,7-9", ascending and without repetitions. Throws UsageError, which names the
/// option --samples, for another text and for more than a million numbers.
std::vector<std::size_t> parse_sample_list(std::string_view text);

}  // namespace hetsyn::cli
