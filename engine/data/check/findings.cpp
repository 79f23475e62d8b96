#include "data/check/findings.hpp"

#include <fmt/format.h>

namespace hetsyn {

std::string Findings::reason_of(const Error& error) const {
  const std::string_view text = error.what();
  for (const std::string& name : {fmt::format("task '{}' ({}): ", info_.name, info_.plugin_file),
                                  fmt::format("task '{}', ", info_.name), fmt::format("task '{}': ", info_.name)}) {
    if (text.starts_with(name)) return std::string(text.substr(name.size()));
  }
  return std::string(text);
}

}  // namespace hetsyn
