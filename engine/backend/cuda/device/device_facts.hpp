#pragma once
#include <cstddef>
#include <string>

namespace hetsyn::cuda {

/// What the CUDA runtime says about this machine. Versions are 1000 · major + 10 · minor.
struct DeviceFacts {
  int runtime_version = 0;
  int driver_version = 0;  ///< the newest CUDA that the driver serves; 0: there is no driver
  int error = 0;           ///< of counting the devices; 0: none
  std::string error_text;
  int devices = 0;
  std::string name;  ///< of the device that is used, as all below
  int compute_major = 0;
  int compute_minor = 0;
  std::size_t memory_bytes = 0;
};

/// Why no device can be used, as one clause; empty where one can.
std::string why_unusable(const DeviceFacts& facts);
/// "NVIDIA H100, compute capability 9.0, 79.6 GiB, CUDA runtime 13.0, driver for CUDA 13.1".
std::string description(const DeviceFacts& facts);

}  // namespace hetsyn::cuda
