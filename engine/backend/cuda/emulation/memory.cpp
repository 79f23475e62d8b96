// Memory of the emulated device, and page-locked memory of the host.
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <new>
#include <utility>
#include <vector>

#include "backend/cuda/emulation/emulated_device.hpp"
#include "backend/cuda/emulation/launch.hpp"
#include "backend/cuda/emulation/sanitizers.hpp"
#include "backend/cuda/emulation/streams.hpp"

namespace hetsyn {
namespace {

constexpr std::size_t kAlignment = 256;  // as in the CUDA runtime
constexpr int kUndefined = 0xFF;         // four of them are a NaN

/// Allocations by address, with their sizes.
using Allocations = std::map<std::byte*, std::size_t>;

Allocations& allocated() {
  static Allocations allocations;
  return allocations;
}
Allocations& pinned() {
  static Allocations allocations;
  return allocations;
}

cuda::DeviceLimits& limits() {
  static cuda::DeviceLimits value{.name = "emulation",
                                  .compute_major = 9,
                                  .compute_minor = 0,
                                  .multiprocessors = 4,
                                  .shared_bytes_per_block = std::size_t{227} << 10,
                                  .registers_per_block = 65536,
                                  .cluster_blocks = cuda::most_cluster_blocks(),
                                  .memory_bytes = std::size_t{4} << 30};
  return value;
}

const cuda::Nccl*& nccl() {
  static const cuda::Nccl* library = nullptr;
  return library;
}

std::byte* allocate(Allocations& allocations, std::size_t bytes) {
  void* memory = nullptr;
  if (::posix_memalign(&memory, kAlignment, bytes) != 0) throw std::bad_alloc();
  std::memset(memory, kUndefined, bytes);
  auto* const address = static_cast<std::byte*>(memory);
  allocations.emplace(address, bytes);
  return address;
}

void release(Allocations& allocations, void* address) {
  allocations.erase(static_cast<std::byte*>(address));
  std::free(address);
}

/// Whether all `size` bytes are inside one of the allocations.
bool holds(const Allocations& allocations, const void* address, std::size_t size) {
  auto* const byte = const_cast<std::byte*>(static_cast<const std::byte*>(address));
  const auto after = allocations.upper_bound(byte);
  if (after == allocations.begin()) return false;
  const auto& [start, bytes] = *std::prev(after);
  return byte + size <= start + bytes;
}

bool is_pinned(const void* address) { return holds(pinned(), address, 1); }

}  // namespace

namespace simt {

DeviceAccess::DeviceAccess() {
  for (const auto& [address, bytes] : allocated()) allow_access(address, bytes);
}
DeviceAccess::~DeviceAccess() {
  for (const auto& [address, bytes] : allocated()) forbid_access(address, bytes);
}

bool on_device(const void* address, std::size_t bytes) { return holds(allocated(), address, bytes); }

std::size_t used_device_memory() {
  std::size_t sum = 0;
  for (const auto& [address, bytes] : allocated()) sum += bytes;
  return sum;
}

WithLimits::WithLimits(const cuda::DeviceLimits& other) : before_(std::exchange(limits(), other)) {}
WithLimits::~WithLimits() { limits() = before_; }

WithNccl::WithNccl(const cuda::Nccl& library) { nccl() = &library; }
WithNccl::~WithNccl() { nccl() = nullptr; }

}  // namespace simt

namespace cuda {

const Nccl* find_nccl() { return nccl(); }

void use_device(std::size_t /*number*/) {}
DeviceId device_id() { return {'e', 'm', 'u', 'l', 'a', 't', 'e', 'd'}; }
const DeviceLimits& device_limits() { return limits(); }

std::size_t free_device_memory() {
  const std::size_t used = simt::used_device_memory();
  return used < limits().memory_bytes ? limits().memory_bytes - used : 0;
}

namespace memory {

void* allocate_device(std::size_t bytes) {
  if (bytes > free_device_memory()) throw OutOfDeviceMemory(bytes, free_device_memory());
  std::byte* const address = allocate(allocated(), bytes);
  simt::forbid_access(address, bytes);
  return address;
}

void free_device(void* address) noexcept {
  if (address == nullptr) return;
  simt::run_all_streams();
  simt::allow_access(address, allocated().at(static_cast<std::byte*>(address)));
  release(allocated(), address);
}

void* allocate_pinned(std::size_t bytes) { return allocate(pinned(), bytes); }

void free_pinned(void* address) noexcept {
  if (address == nullptr) return;
  simt::run_all_streams();
  release(pinned(), address);
}

void upload(void* device, const void* host, std::size_t bytes, Stream& stream) {
  if (bytes == 0) return;
  ++simt::count_calls().copies;
  if (is_pinned(host)) {
    enqueue(stream, [=] { std::memcpy(device, host, bytes); });
    return;
  }
  const auto* const first = static_cast<const std::byte*>(host);
  enqueue(stream,
          [=, staged = std::vector<std::byte>(first, first + bytes)] { std::memcpy(device, staged.data(), bytes); });
}

void download(void* host, const void* device, std::size_t bytes, Stream& stream) {
  if (bytes == 0) return;
  ++simt::count_calls().copies;
  enqueue(stream, [=] { std::memcpy(host, device, bytes); });
  if (!is_pinned(host)) stream.synchronize();
}

void copy(void* to, const void* from, std::size_t bytes, Stream& stream) {
  if (bytes == 0) return;
  ++simt::count_calls().copies;
  enqueue(stream, [=] { std::memcpy(to, from, bytes); });
}

void zero(void* device, std::size_t bytes, Stream& stream) {
  if (bytes == 0) return;
  ++simt::count_calls().fills;
  enqueue(stream, [=] { std::memset(device, 0, bytes); });
}

}  // namespace memory
}  // namespace cuda
}  // namespace hetsyn
