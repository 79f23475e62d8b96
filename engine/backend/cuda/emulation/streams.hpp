#pragma once
#include <cstddef>

#include "backend/cuda/emulation/emulated_device.hpp"

/// Shared by the streams and the memory of the emulation.
namespace hetsyn::simt {

/// While it exists, the device's memory may be accessed.
class DeviceAccess {
 public:
  DeviceAccess();
  ~DeviceAccess();
  DeviceAccess(const DeviceAccess&) = delete;
  DeviceAccess& operator=(const DeviceAccess&) = delete;
};

/// Whether the bytes are inside one allocation of the device.
bool on_device(const void* address, std::size_t bytes);

/// The counts of host_calls().
HostCalls& count_calls();

/// Runs all work of all streams. An error is thrown by the next synchronisation, as on a device.
void run_all_streams() noexcept;

}  // namespace hetsyn::simt
