#include "common/classes.hpp"

#include <algorithm>

namespace hetsyn::tasks {
namespace {

constexpr std::size_t kNamed = 20;

/// "a", "a and b", "a, b and 7 others"
std::string listed(const std::vector<std::string>& texts) {
  const std::size_t named = std::min(texts.size(), kNamed);
  std::string list;
  for (std::size_t i = 0; i < named; ++i) {
    const bool last = i + 1 == texts.size();
    list += (i == 0 ? "" : last ? " and " : ", ") + texts[i];
  }
  if (named < texts.size()) list += " and " + std::to_string(texts.size() - named) + " others";
  return list;
}

}  // namespace

std::string untrained_classes(const std::vector<std::size_t>& samples, const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  for (std::size_t label = 0; label < samples.size(); ++label) {
    if (samples[label] > 0) continue;
    missing.push_back(names.empty() ? std::to_string(label) : "'" + names[label] + "'");
  }
  if (missing.empty()) return {};
  return (missing.size() == 1 ? "the class " : "the classes ") + listed(missing);
}

}  // namespace hetsyn::tasks
