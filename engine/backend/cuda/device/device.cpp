// device.hpp, implemented with the CUDA runtime.
#include "backend/cuda/device/device.hpp"

#include <cuda_runtime_api.h>

#include <cstring>

namespace hetsyn::cuda {
namespace {

constexpr std::size_t kSharedWithoutAsking = std::size_t{48} << 10;  // more must be requested with cudaFuncSetAttribute

void check(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  throw RunError(std::string("CUDA: ") + what + " failed: " + cudaGetErrorString(error));
}

cudaStream_t native(const Stream& stream) { return static_cast<cudaStream_t>(stream.handle()); }

dim3 native(const Extent& extent) { return {extent.x, extent.y, extent.z}; }

std::size_t attribute(cudaDeviceAttr which, int device) {
  int value = 0;
  check(cudaDeviceGetAttribute(&value, which, device), "a question about the device");
  return static_cast<std::size_t>(value);
}

int current_device() {
  int device = 0;
  check(cudaGetDevice(&device), "choosing a device");
  return device;
}

cudaDeviceProp properties_of(int device) {
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, device), "a question about the device");
  return properties;
}

DeviceLimits read_limits() {
  const int device = current_device();
  const cudaDeviceProp properties = properties_of(device);
  return {.name = properties.name,
          .compute_major = properties.major,
          .compute_minor = properties.minor,
          .multiprocessors = static_cast<unsigned>(properties.multiProcessorCount),
          .shared_bytes_per_block = attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin, device),
          .registers_per_block = attribute(cudaDevAttrMaxRegistersPerBlock, device),
          .cluster_blocks = attribute(cudaDevAttrClusterLaunch, device) != 0 ? most_cluster_blocks() : 1,
          .memory_bytes = properties.totalGlobalMem};
}

void copy_bytes(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, Stream& stream) {
  if (bytes > 0) check(cudaMemcpyAsync(to, from, bytes, kind, native(stream)), "a copy");
}

}  // namespace

void use_device(std::size_t number) {
  int devices = 0;
  check(cudaGetDeviceCount(&devices), "counting devices");
  check(cudaSetDevice(static_cast<int>(number % static_cast<std::size_t>(devices))), "choosing a device");
}

DeviceId device_id() {
  const cudaDeviceProp properties = properties_of(current_device());
  DeviceId id{};
  static_assert(sizeof id == sizeof properties.uuid.bytes);
  std::memcpy(id.data(), properties.uuid.bytes, sizeof id);
  return id;
}

const DeviceLimits& device_limits() {
  static const DeviceLimits limits = read_limits();
  return limits;
}

std::size_t free_device_memory() {
  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "a question about the device's memory");
  return free;
}

Stream::Stream() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
  handle_ = stream;
}
Stream::~Stream() {
  if (handle_ != nullptr) cudaStreamDestroy(native(*this));
}
void Stream::wait_for(const Event& event) {
  check(cudaStreamWaitEvent(native(*this), static_cast<cudaEvent_t>(event.handle()), 0), "waiting for an event");
}
void Stream::synchronize() { check(cudaStreamSynchronize(native(*this)), "work on the device"); }

Event::Event() {
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "making an event");
  handle_ = event;
}
Event::~Event() {
  if (handle_ != nullptr) cudaEventDestroy(static_cast<cudaEvent_t>(handle_));
}
void Event::record(Stream& stream) {
  check(cudaEventRecord(static_cast<cudaEvent_t>(handle_), native(stream)), "recording an event");
}
void Event::synchronize() const {
  check(cudaEventSynchronize(static_cast<cudaEvent_t>(handle_)), "work on the device");
}

namespace memory {

void* allocate_device(std::size_t bytes) {
  void* address = nullptr;
  const cudaError_t error = cudaMalloc(&address, bytes);
  if (error == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // clears the error, which later calls would report
    throw OutOfDeviceMemory(bytes, free_device_memory());
  }
  check(error, "allocating memory of the device");
  return address;
}

void free_device(void* address) noexcept { cudaFree(address); }

void* allocate_pinned(std::size_t bytes) {
  void* address = nullptr;
  check(cudaMallocHost(&address, bytes), "allocating page-locked memory");
  return address;
}

void free_pinned(void* address) noexcept {
  if (address != nullptr) cudaFreeHost(address);
}

void upload(void* device, const void* host, std::size_t bytes, Stream& stream) {
  copy_bytes(device, host, bytes, cudaMemcpyHostToDevice, stream);
}
void download(void* host, const void* device, std::size_t bytes, Stream& stream) {
  copy_bytes(host, device, bytes, cudaMemcpyDeviceToHost, stream);
}
void copy(void* to, const void* from, std::size_t bytes, Stream& stream) {
  copy_bytes(to, from, bytes, cudaMemcpyDeviceToDevice, stream);
}
void zero(void* device, std::size_t bytes, Stream& stream) {
  if (bytes > 0) check(cudaMemsetAsync(device, 0, bytes, native(stream)), "zeroing memory");
}

}  // namespace memory

void launch_kernel(const void* kernel, const LaunchShape& shape, Stream& stream, void** arguments) {
  check_shape(shape);
  if (shape.shared_bytes > kSharedWithoutAsking) {
    check(
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shape.shared_bytes)),
        "asking for shared memory");
  }
  cudaLaunchAttribute cluster{};
  cluster.id = cudaLaunchAttributeClusterDimension;
  cluster.val.clusterDim.x = shape.cluster;
  cluster.val.clusterDim.y = cluster.val.clusterDim.z = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = native(shape.grid);
  config.blockDim = native(shape.block);
  config.dynamicSmemBytes = shape.shared_bytes;
  config.stream = native(stream);
  config.attrs = &cluster;
  config.numAttrs = shape.cluster > 1 ? 1 : 0;
  check(cudaLaunchKernelExC(&config, kernel, arguments), "starting a kernel");
}

}  // namespace hetsyn::cuda
