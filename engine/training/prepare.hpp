#pragma once
#include "backend/backend.hpp"
#include "data/loader.hpp"

namespace hetsyn {

/// Lets a loader prepare samples for `backend`, which outlives it, while the backend computes.
inline PrepareInput prepare_with(const Backend& backend) {
  return [&backend](const InputSample& sample, InputKind kind, std::size_t steps) {
    return backend.prepare(sample, kind, steps);
  };
}

}  // namespace hetsyn
