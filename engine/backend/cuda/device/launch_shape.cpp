#include <cstdlib>

#include "backend/cuda/device/device.hpp"

namespace hetsyn::cuda {
namespace {

constexpr std::size_t kWarpThreads = 32;
constexpr std::size_t kMostThreads = 1024;            // limit for a block, on every device
constexpr std::size_t kMostBlocks = (1UL << 31) - 1;  // limit along x
constexpr std::size_t kMostBlocksYz = 65535;
constexpr unsigned kClusterBlocks = 8;  // supported by every device with clusters
constexpr const char* kClusterVariable = "HETSYN_CUDA_CLUSTER";

std::string text(const Extent& extent) {
  return std::to_string(extent.x) + " x " + std::to_string(extent.y) + " x " + std::to_string(extent.z);
}

}  // namespace

unsigned most_cluster_blocks() {
  const char* const text = std::getenv(kClusterVariable);
  if (text == nullptr) return kClusterBlocks;
  if (text[0] >= '1' && text[0] <= '8' && text[1] == '\0') return static_cast<unsigned>(text[0] - '0');
  throw RunError(std::string(kClusterVariable) + " is \"" + text + "\", expected a number of blocks from 1 to 8");
}

void check_shape(const LaunchShape& shape) {
  const Extent& grid = shape.grid;
  const std::size_t blocks = std::size_t{grid.x} * grid.y * grid.z;
  if (blocks == 0 || grid.x > kMostBlocks || grid.y > kMostBlocksYz || grid.z > kMostBlocksYz) {
    throw RunError("a kernel cannot run in a grid of " + text(grid) + " blocks");
  }
  if (shape.cluster == 0 || shape.cluster > device_limits().cluster_blocks || grid.x % shape.cluster != 0) {
    throw RunError("a kernel cannot run in a grid of " + text(grid) + " blocks with clusters of " +
                   std::to_string(shape.cluster) + ", the device has clusters of up to " +
                   std::to_string(device_limits().cluster_blocks));
  }
  const std::size_t threads = std::size_t{shape.block.x} * shape.block.y * shape.block.z;
  if (threads == 0 || threads % kWarpThreads != 0 || threads > kMostThreads) {
    throw RunError("a kernel cannot run in blocks of " + text(shape.block) +
                   " threads, expected a multiple of 32 up to 1024");
  }
  if (const std::size_t most = device_limits().shared_bytes_per_block; shape.shared_bytes > most) {
    throw RunError("a kernel asks for " + std::to_string(shape.shared_bytes) +
                   " bytes of shared memory per block, the device has " + std::to_string(most));
  }
}

}  // namespace hetsyn::cuda
