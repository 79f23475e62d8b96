#pragma once
#include <fmt/format.h>

#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace hetsyn {

/// What is said where memory does not suffice: for what, and what helps.
inline std::string memory_text(std::string_view what) {
  return fmt::format(
      "not enough memory for {}; engine --dry-run says how much a run takes, and a smaller train.batch, "
      "train.evaluation_batch or network takes less",
      what);
}

/// Runs `body`; where memory does not suffice for it, throws RunError that says for what.
template <class Body>
decltype(auto) needing_memory_for(std::string_view what, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    throw RunError(memory_text(what));
  } catch (const std::length_error&) {  // more than any memory holds
    throw RunError(memory_text(what));
  }
}

}  // namespace hetsyn
