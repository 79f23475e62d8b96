#include "backend/cuda/device/device_facts.hpp"

#include <fmt/format.h>

namespace hetsyn::cuda {
namespace {

constexpr int kLeastMajor = 8;          // the lowest compute capability for which the module is compiled
constexpr int kErrorNoDevice = 100;     // cudaErrorNoDevice
constexpr int kErrorOldDriver = 35;     // cudaErrorInsufficientDriver
constexpr int kVersionsOfMajor = 1000;  // a runtime works with every driver of the same major version

std::string version_text(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

}  // namespace

std::string why_unusable(const DeviceFacts& facts) {
  if (facts.driver_version == 0) return "there is no NVIDIA driver (libcuda.so.1) on this machine";
  if (facts.driver_version / kVersionsOfMajor < facts.runtime_version / kVersionsOfMajor ||
      facts.error == kErrorOldDriver) {
    return fmt::format("the NVIDIA driver is too old: it serves CUDA {}, the engine was built with CUDA {}",
                       version_text(facts.driver_version), version_text(facts.runtime_version));
  }
  if (facts.error == kErrorNoDevice || (facts.error == 0 && facts.devices == 0)) {
    return "the NVIDIA driver sees no device (CUDA_VISIBLE_DEVICES may hide it)";
  }
  if (facts.error != 0) return fmt::format("the CUDA runtime reports error {}, {}", facts.error, facts.error_text);
  if (facts.compute_major < kLeastMajor) {
    return fmt::format("{} has compute capability {}.{}, at least {}.0 is needed", facts.name, facts.compute_major,
                       facts.compute_minor, kLeastMajor);
  }
  return {};
}

std::string description(const DeviceFacts& facts) {
  return fmt::format("{}, compute capability {}.{}, {:.1f} GiB, CUDA runtime {}, driver for CUDA {}", facts.name,
                     facts.compute_major, facts.compute_minor, static_cast<double>(facts.memory_bytes) / 0x1p30,
                     version_text(facts.runtime_version), version_text(facts.driver_version));
}

}  // namespace hetsyn::cuda
