#pragma once
#include <cstddef>
#include <hetsyn/exceptions.hpp>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "backend/cuda/host/population.hpp"

namespace hetsyn::cuda {

/// Samples of a batch that are on the device at the same time.
struct Part {
  std::size_t first = 0, count = 0;
  bool operator==(const Part&) const = default;
};

/// The device memory of a network besides its batches: parameters, and what a library needs.
std::vector<MemoryUse> network_memory(const NetworkLayout& network);
/// The additional device memory of a batch.
std::vector<MemoryUse> batch_memory(const NetworkLayout& network, InputKind kind, const TapeShape& shape);

/// "WHAT does not fit into the device: tape 12.0 MiB, …; 8.0 MiB are free".
RunError does_not_fit(const std::string& what, const std::vector<MemoryUse>& uses, std::size_t free_bytes);

/// Divides a batch into as few parts of nearly equal size as the free memory allows; some memory is left to the driver.
/// Throws RunError, which contains the plan, if not even one sample fits.
std::vector<Part> divide_batch(const NetworkLayout& network, InputKind kind, const TapeShape& shape,
                               std::size_t free_bytes);

}  // namespace hetsyn::cuda
