#include "backend/cuda/host/product_rule.hpp"

#include <algorithm>

#include "backend/cuda/device/device.hpp"

namespace hetsyn::cuda {

bool product_pays(std::size_t post, std::size_t pre, InputKind kind) {
  return kind == InputKind::analog || post * pre >= kLeastSynapses;
}

std::size_t scratch_bytes(std::size_t most) { return std::min(most, device_limits().memory_bytes / 1024); }

std::size_t chunk_rows(std::size_t pre) {
  return std::max<std::size_t>(1, scratch_bytes(kMostExpandedBytes) / (pre * sizeof(float)));
}

}  // namespace hetsyn::cuda
