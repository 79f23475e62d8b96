#pragma once
#include <array>
#include <span>

#include "backend/cuda/device/device.hpp"

namespace hetsyn::cuda {

/// Input of batches on its way to the device, in a stream of its own: two buffers take turns, so that a batch comes up
/// while the device works on the one before. Move-only.
template <class T>
class InputBuffer {
 public:
  /// Room for `size` values, to be filled before send(). Waits for the copy of the input before the last one.
  std::span<T> fill(std::size_t size) {
    turn_ = 1 - turn_;
    Slot& slot = slots_[turn_];
    slot.copied.synchronize();
    if (slot.host.size() < size) slot.host = HostBuffer<T>(size);
    slot.device.grow(size);
    return slot.host.span().first(size);
  }
  /// Copies the first `size` values in the order of `uploads`, after what `stream` has read of the same buffer. Later
  /// work of `stream`, which alone reads the input, waits for the copy.
  void send(std::size_t size, Stream& uploads, Stream& stream) {
    slots_[1 - turn_].read.record(stream);
    Slot& slot = slots_[turn_];
    slot.read.hold(uploads);
    slot.device.upload(slot.host.span().first(size), uploads);
    slot.copied.record(uploads);
    slot.copied.hold(stream);
  }
  /// The input that was sent last.
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
