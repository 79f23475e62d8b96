#pragma once
#include "backend/backend.hpp"
#include "data/loader.hpp"

namespace hetsyn {

/// A function with which a loader prepares samples for `backend` while the backend computes. The backend must outlive
/// it.
inline PrepareInput prepare_with(const Backend& backend) {
  return [&backend](const InputSample& sample, InputKind kind, std::size_t steps) {
    return backend.prepare(sample, kind, steps);
  };
}

}  // namespace hetsyn
