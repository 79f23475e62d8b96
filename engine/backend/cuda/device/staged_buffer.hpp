#pragma once
#include <span>

#include "backend/cuda/device/device.hpp"

namespace hetsyn::cuda {

/// Copies values from the host to the device without blocking the host during the copy. Move-only.
template <class T>
class StagedBuffer {
 public:
  /// Host memory for `size` values, to be filled before send(). Blocks until the previous copy is done.
  std::span<T> fill(std::size_t size) {
    if (sent_) copied_.synchronize();
    sent_ = false;
    if (host_.size() < size) host_ = HostBuffer<T>(size);
    device_.grow(size);
    return host_.span().first(size);
  }
  /// Starts copying the first `size` values.
  void send(std::size_t size, Stream& stream) {
    device_.upload(host_.span().first(size), stream);
    copied_.record(stream);
    sent_ = true;
  }
  [[nodiscard]] DeviceBuffer<T>& device() { return device_; }

 private:
  HostBuffer<T> host_;
  DeviceBuffer<T> device_;
  Event copied_;
  bool sent_ = false;
};

}  // namespace hetsyn::cuda
