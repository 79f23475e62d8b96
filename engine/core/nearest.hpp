#pragma once
#include <span>
#include <string>
#include <string_view>

namespace hetsyn {

/// The candidate closest to `word` by edit distance (Levenshtein 1966); empty if none is close enough to be a typo.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// `; did you mean "candidate"?`, or empty if no candidate is close.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace hetsyn
