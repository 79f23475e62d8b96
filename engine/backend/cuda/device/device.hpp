#pragma once
#include <array>
#include <cstddef>
#include <hetsyn/exceptions.hpp>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

/// The host's interface to a device: memory, streams, launches. device.cpp implements it with the CUDA runtime, and for
/// tests without a GPU the folder emulation with memory of the host. Errors of the runtime are thrown as RunError.
namespace hetsyn::cuda {

/// cudaMalloc has failed for lack of memory.
class OutOfDeviceMemory : public RunError {
 public:
  OutOfDeviceMemory(std::size_t wanted, std::size_t available)
      : RunError("the device has no memory for another " + std::to_string(wanted) + " bytes; " +
                 std::to_string(available) + " are free") {}
};

/// The resources that are available to kernels.
struct DeviceLimits {
  std::string name;
  int compute_major = 0;
  int compute_minor = 0;
  unsigned multiprocessors = 0;
  std::size_t shared_bytes_per_block = 0;  ///< the most that a kernel can request
  std::size_t registers_per_block = 0;     ///< of 32 bits
  unsigned cluster_blocks = 1;             ///< the largest number of blocks in a cluster; 1: the device has no clusters
  std::size_t memory_bytes = 0;
};

/// Identifies a device among those of all machines.
using DeviceId = std::array<unsigned char, 16>;

/// Makes the calling thread use device `number` modulo the number of devices (cudaSetDevice).
void use_device(std::size_t number);
DeviceId device_id();
const DeviceLimits& device_limits();
/// The number of bytes that are free (cudaMemGetInfo); other programs may allocate them too.
std::size_t free_device_memory();

struct Extent {
  unsigned x = 1, y = 1, z = 1;
};

struct LaunchShape {
  Extent grid;                   ///< blocks
  Extent block;                  ///< threads; a multiple of 32 in all
  unsigned cluster = 1;          ///< number of blocks along x that form a cluster; divides grid.x
  std::size_t shared_bytes = 0;  ///< size of HETSYN_DYNAMIC_SHARED
};

class Event;

/// A CUDA stream, whose work runs in order. Move-only.
class Stream {
 public:
  Stream();
  Stream(Stream&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Stream& operator=(Stream&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  /// Blocks until all work so far is done (cudaStreamSynchronize). Throws RunError if it failed.
  void synchronize();
  /// Later work of this stream waits for the work before the last record of `event` (cudaStreamWaitEvent).
  void wait_for(const Event& event);
  [[nodiscard]] void* handle() const { return handle_; }

 private:
  void* handle_ = nullptr;
};

/// A CUDA event: a point in the work of a stream. Move-only.
class Event {
 public:
  Event();
  Event(Event&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Event& operator=(Event&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event();

  void record(Stream& stream);  ///< cudaEventRecord
  void synchronize() const;     ///< blocks until the work before the last record is done (cudaEventSynchronize)
  [[nodiscard]] void* handle() const { return handle_; }

 private:
  void* handle_ = nullptr;
};

namespace memory {
void* allocate_device(std::size_t bytes);  ///< throws OutOfDeviceMemory
void free_device(void* address) noexcept;  ///< blocks until all work of the device is done (cudaFree)
void* allocate_pinned(std::size_t bytes);
void free_pinned(void* address) noexcept;
void upload(void* device, const void* host, std::size_t bytes, Stream& stream);
void download(void* host, const void* device, std::size_t bytes, Stream& stream);
void copy(void* to, const void* from, std::size_t bytes, Stream& stream);  ///< both on the device
void zero(void* device, std::size_t bytes, Stream& stream);
}  // namespace memory

/// Page-locked host memory (cudaMallocHost), which the device copies asynchronously: it must not change or be freed
/// before the copy is done. Move-only; uninitialised at first.
template <class T>
class HostBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  HostBuffer() = default;
  explicit HostBuffer(std::size_t size)
      : data_(size == 0 ? nullptr : static_cast<T*>(memory::allocate_pinned(size * sizeof(T)))), size_(size) {}
  HostBuffer(HostBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  HostBuffer& operator=(HostBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  HostBuffer(const HostBuffer&) = delete;
  HostBuffer& operator=(const HostBuffer&) = delete;
  ~HostBuffer() { memory::free_pinned(data_); }

  [[nodiscard]] T* data() { return data_; }
  [[nodiscard]] const T* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<T> span() { return {data_, size_}; }
  [[nodiscard]] std::span<const T> span() const { return {data_, size_}; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Memory of the device (cudaMalloc). The host may only pass its address on. Move-only; uninitialised at first. Copies
/// are done in the order of their stream (cudaMemcpyAsync). A copy from or to ordinary host memory returns when it no
/// longer needs that memory; a copy from or to a HostBuffer returns immediately.
template <class T>
class DeviceBuffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  DeviceBuffer() = default;
  explicit DeviceBuffer(std::size_t size)
      : data_(size == 0 ? nullptr : static_cast<T*>(memory::allocate_device(size * sizeof(T)))), size_(size) {}
  DeviceBuffer(DeviceBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  DeviceBuffer(const DeviceBuffer&) = delete;
  DeviceBuffer& operator=(const DeviceBuffer&) = delete;
  ~DeviceBuffer() { memory::free_device(data_); }

  [[nodiscard]] T* data() { return data_; }
  [[nodiscard]] const T* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Ensures a size of at least `size` elements. If it has to allocate, the content is lost.
  void grow(std::size_t size) {
    if (size <= size_) return;
    *this = DeviceBuffer();  // frees the old memory first, so that both need not fit
    *this = DeviceBuffer(size);
  }
  /// Copies to and from the elements that start at `first`.
  void upload(std::span<const T> values, Stream& stream, std::size_t first = 0) {
    check(first, values.size());
    memory::upload(data_ + first, values.data(), values.size_bytes(), stream);
  }
  void download(std::span<T> values, Stream& stream, std::size_t first = 0) const {
    check(first, values.size());
    memory::download(values.data(), data_ + first, values.size_bytes(), stream);
  }
  /// Copies the first `count` elements of another buffer.
  void copy(const DeviceBuffer& from, std::size_t count, Stream& stream) {
    check(0, count);
    from.check(0, count);
    memory::copy(data_, from.data_, count * sizeof(T), stream);
  }
  void zero(Stream& stream) { memory::zero(data_, size_ * sizeof(T), stream); }

 private:
  void check(std::size_t first, std::size_t count) const {
    if (first > size_ || count > size_ - first) {
      throw RunError("device buffer: elements " + std::to_string(first) + " to " + std::to_string(first + count) +
                     " of " + std::to_string(size_));
    }
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The most blocks that a cluster may have on a device with clusters: 8, or fewer by the environment variable
/// HETSYN_CUDA_CLUSTER, to compare kernels on one device. Throws RunError for any other value of it.
unsigned most_cluster_blocks();

/// Throws RunError for a shape with which no kernel can be launched.
void check_shape(const LaunchShape& shape);

}  // namespace hetsyn::cuda

#if defined(HETSYN_SIMT)
#include "backend/cuda/emulation/launch.hpp"
#else
namespace hetsyn::cuda {

void launch_kernel(const void* kernel, const LaunchShape& shape, Stream& stream, void** arguments);

/// The only way to launch a kernel: launch(kernel, {.grid = {blocks}, .block = {256}}, stream, arguments…). Call it in
/// the kernel's own source file, from a plain function, so that callers need no nvcc. Does not block. Throws RunError
/// if the launch fails; the next synchronisation reports later errors.
template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), const LaunchShape& shape, Stream& stream, Arguments&&... arguments) {
  static_assert((std::is_trivially_copyable_v<Parameters> && ...));
  std::tuple<Parameters...> values(std::forward<Arguments>(arguments)...);
  std::apply(
      [&](auto&... value) {
        void* addresses[] = {static_cast<void*>(&value)..., nullptr};
        launch_kernel(reinterpret_cast<const void*>(kernel), shape, stream, addresses);
      },
      values);
}

}  // namespace hetsyn::cuda
#endif
