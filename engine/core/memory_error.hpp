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

/// The message for insufficient memory: for what, and how to need less.
inline std::string memory_text(std::string_view what) {
  return fmt::format(
      "not enough memory for {}; engine --dry-run says how much a run takes, and a smaller train.batch, "
      "train.evaluation_batch or network takes less",
      what);
}

/// Whether the system could not start another thread. TBB throws an exception of its own for this.
inline bool lacks_threads(const std::runtime_error& error) {
  const auto* const system = dynamic_cast<const std::system_error*>(&error);
  return (system != nullptr && system->code() == std::errc::resource_unavailable_try_again) ||
         std::string_view(error.what()).find("pthread_create") != std::string_view::npos;
}

/// Runs `body`. If memory or threads do not suffice, throws RunError, which says for what.
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
