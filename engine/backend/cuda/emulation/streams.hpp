#pragma once
#include <cstddef>

/// What streams and memory of the emulation know of each other.
namespace hetsyn::simt {

/// The device's memory can be touched as long as this lives.
class DeviceAccess {
 public:
  DeviceAccess();
  ~DeviceAccess();
  DeviceAccess(const DeviceAccess&) = delete;
  DeviceAccess& operator=(const DeviceAccess&) = delete;
};

/// Whether the bytes are inside one allocation of the device.
bool on_device(const void* address, std::size_t bytes);

/// Does all work of all streams. A failure is kept for the next synchronisation, as on a device.
void run_all_streams() noexcept;

}  // namespace hetsyn::simt
