#include "cli/sample_list.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <hetsyn/exceptions.hpp>
#include <limits>
#include <optional>
#include <set>

#include "cli/number.hpp"

namespace hetsyn::cli {
namespace {

constexpr std::size_t kMostSamples = 1'000'000;

std::optional<std::size_t> number(std::string_view text) {
  return parse_number(text, std::size_t{0}, std::numeric_limits<std::size_t>::max() - 1);
}

}  // namespace

std::vector<std::size_t> parse_sample_list(std::string_view text) {
  std::set<std::size_t> samples;
  std::string_view rest = text;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    const std::size_t dash = part.find('-');
    const auto first = number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
    if (!first || !last || *first > *last) {
      throw UsageError(fmt::format("--samples {}: expected numbers and ranges, as in 0,5,7-9", text));
    }
    if (*last - *first >= kMostSamples) {
      throw UsageError(fmt::format("--samples {}: expected at most {} samples", text, kMostSamples));
    }
    for (std::size_t sample = *first; sample <= *last; ++sample) samples.insert(sample);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return {samples.begin(), samples.end()};
}

}  // namespace hetsyn::cli
