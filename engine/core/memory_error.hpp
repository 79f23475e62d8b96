#pragma once
#include <fmt/format.h>

#include <hetsyn/exceptions.hpp>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hetsyn {

/// What is said where memory does not suffice: for what, and what helps.
inline std::string memory_text(std::string_view what) {
  return fmt::format(
      "not enough memory for {}; engine --dry-run says how much a run takes, and a smaller train.batch, "
      "train.evaluation_batch or network takes less",
      what);
}

/// Whether the system had no room for another thread. TBB has its own sentence for it.
inline bool lacks_threads(const std::runtime_error& error) {
  const auto* const system = dynamic_cast<const std::system_error*>(&error);
  return (system != nullptr && system->code() == std::errc::resource_unavailable_try_again) ||
         std::string_view(error.what()).find("pthread_create") != std::string_view::npos;
}

/// Runs `body`; where memory or threads do not suffice for it, throws RunError that says for what.
template <class Body>
decltype(auto) needing_memory_for(std::string_view what, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    throw RunError(memory_text(what));
  } catch (const std::length_error&) {  // more than any memory holds
    throw RunError(memory_text(what));
  } catch (const std::runtime_error& error) {
    if (!lacks_threads(error)) throw;
    throw RunError(fmt::format("the system gives no thread for {}; expected fewer run.threads, or more memory", what));
  }
}

}  // namespace hetsyn
