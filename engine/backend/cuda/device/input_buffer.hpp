#pragma once
#include <array>
#include <span>

#include "backend/cuda/device/device.hpp"

namespace hetsyn::cuda {

/// Copies the input of batches to the device in a separate stream. Two buffers alternate, so that a batch is copied
/// while the device computes the previous one. Move-only.
template <class T>
class InputBuffer {
 public:
  /// Host memory for `size` values, to be filled before send(). Blocks until the copy of the last batch but one is
  /// done.
  std::span<T> fill(std::size_t size) {
    turn_ = 1 - turn_;
    Slot& slot = slots_[turn_];
    slot.copied.synchronize();
    if (slot.host.size() < size) slot.host = HostBuffer<T>(size);
    slot.device.grow(size);
    return slot.host.span().first(size);
  }
  /// Starts copying the first `size` values in the stream `uploads`, after `stream` has read the same buffer. Later
  /// work of `stream`, the only one that reads the input, waits for the copy.
  void send(std::size_t size, Stream& uploads, Stream& stream) {
    slots_[1 - turn_].read.record(stream);
    Slot& slot = slots_[turn_];
    uploads.wait_for(slot.read);
    slot.device.upload(slot.host.span().first(size), uploads);
    slot.copied.record(uploads);
    stream.wait_for(slot.copied);
  }
  /// The input that was sent last, on the device.
  [[nodiscard]] const T* data() const { return slots_[turn_].device.data(); }

  /// Visits both buffers.
  template <class Visit>
  void each_array(std::size_t elements, Visit&& visit) {
    for (Slot& slot : slots_) visit(slot.device, elements);
  }

 private:
  struct Slot {
    HostBuffer<T> host;
    DeviceBuffer<T> device;
    Event copied, read;
  };
  std::array<Slot, 2> slots_;
  std::size_t turn_ = 0;
};

}  // namespace hetsyn::cuda
