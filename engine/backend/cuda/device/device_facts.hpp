#pragma once
#include <cstddef>
#include <string>

namespace hetsyn::cuda {

/// Facts about this machine from the CUDA runtime. Versions are 1000 · major + 10 · minor.
struct DeviceFacts {
  int runtime_version = 0;
  int driver_version = 0;  ///< the newest CUDA version that the driver supports; 0: there is no driver
  int error = 0;           ///< result of cudaGetDeviceCount; 0: none
  std::string error_text;
  int devices = 0;
  std::string name;  ///< name of the device in use, like all members below
  int compute_major = 0;
  int compute_minor = 0;
  std::size_t memory_bytes = 0;
};

/// Why no device can be used, as one clause; empty if one can.
std::string why_unusable(const DeviceFacts& facts);
/// "NVIDIA H100, compute capability 9.0, 79.6 GiB, CUDA runtime 13.0, driver for CUDA 13.1".
std::string description(const DeviceFacts& facts);

}  // namespace hetsyn::cuda
