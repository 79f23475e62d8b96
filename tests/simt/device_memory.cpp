// The emulated device shows what a host program does wrong: reads too early, memory that is not there.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/device/input_buffer.hpp"
#include "backend/cuda/emulation/emulated_device.hpp"
#include "backend/cuda/kernels/simt.hpp"

using namespace hetsyn;
using namespace hetsyn::cuda;

namespace {

HETSYN_KERNEL add(float* values, float summand) { values[threadIdx.x] += summand; }
HETSYN_KERNEL copy_values(const float* from, float* to) { to[threadIdx.x] = from[threadIdx.x]; }
HETSYN_KERNEL take_shared(float* values) {
  HETSYN_SHARED(float, local, 64);
  HETSYN_DYNAMIC_SHARED(float, dynamic);
  local[threadIdx.x] = dynamic[threadIdx.x] = 0.0F;
  values[threadIdx.x] = local[threadIdx.x] + dynamic[threadIdx.x];
}

constexpr LaunchShape kOneWarp{.grid = {1}, .block = {32}};

std::vector<float> counted(std::size_t size) {
  std::vector<float> values(size);
  std::iota(values.begin(), values.end(), 1.0F);
  return values;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(device_memory)

BOOST_AUTO_TEST_CASE(copies_of_ordinary_memory_are_done_when_they_return) {
  Stream stream;
  std::vector<float> values = counted(32);
  const std::vector<float> expected = values;
  DeviceBuffer<float> buffer(32);
  buffer.upload(values, stream);
  values.assign(32, 0.0F);
  buffer.download(values, stream);
  BOOST_TEST(values == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(pinned_memory_is_read_and_written_when_the_stream_comes_to_it) {
  Stream stream;
  HostBuffer<float> values(32);
  DeviceBuffer<float> buffer(32);
  std::ranges::fill(values.span(), 1.0F);
  buffer.upload(values.span(), stream);
  std::ranges::fill(values.span(), 2.0F);  // too early
  buffer.download(values.span(), stream);
  launch(&add, kOneWarp, stream, buffer.data(), 10.0F);
  BOOST_TEST(values.span()[0] == 2.0F);  // nothing happened yet
  stream.synchronize();
  BOOST_TEST(values.span()[0] == 2.0F);  // the second value went up
  buffer.download(values.span(), stream);
  stream.synchronize();
  BOOST_TEST(values.span()[31] == 12.0F);
}

BOOST_AUTO_TEST_CASE(events_order_the_work_of_two_streams) {
  Stream first, second;
  DeviceBuffer<float> buffer(32);
  HostBuffer<float> result(32);
  Event added, read;
  buffer.zero(first);
  launch(&add, kOneWarp, first, buffer.data(), 1.0F);
  added.record(first);
  launch(&add, kOneWarp, first, buffer.data(), 1.0F);
  second.wait_for(added);
  buffer.download(result.span(), second);
  read.record(second);
  read.synchronize();
  BOOST_TEST(result.span()[7] == 1.0F);  // what was recorded, not what came after
  first.synchronize();
  BOOST_TEST(buffer.size() == 32U);
}

BOOST_AUTO_TEST_CASE(input_comes_up_beside_the_work_on_the_one_before) {
  constexpr int kBatches = 5;
  for (const bool early : {true, false}) {
    Stream stream, uploads;
    InputBuffer<float> input;
    std::vector<DeviceBuffer<float>> seen;
    for (int batch = 0; batch < kBatches; ++batch) {
      const std::span<float> values = input.fill(32);
      std::ranges::fill(values, static_cast<float>(batch));
      input.send(values.size(), uploads, stream);
      launch(&copy_values, kOneWarp, stream, input.data(), seen.emplace_back(32).data());
    }
    if (early) uploads.synchronize();  // none replaces what was not yet read
    std::vector<float> values(32);
    for (int batch = 0; batch < kBatches; ++batch) {
      seen[static_cast<std::size_t>(batch)].download(values, stream);
      BOOST_TEST(values == std::vector<float>(32, static_cast<float>(batch)), boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(new_memory_is_not_zero) {
  Stream stream;
  DeviceBuffer<float> buffer(8);
  std::vector<float> values(8);
  buffer.download(values, stream);
  for (const float value : values) BOOST_TEST(std::isnan(value));
  buffer.zero(stream);
  buffer.download(values, stream);
  for (const float value : values) BOOST_TEST(value == 0.0F);
}

BOOST_AUTO_TEST_CASE(parts_and_copies_stay_inside_their_buffers) {
  Stream stream;
  DeviceBuffer<float> a(8), b(5);
  const std::vector<float> values = counted(4);
  a.zero(stream);
  a.upload(values, stream, 4);
  BOOST_CHECK_THROW(a.upload(values, stream, 5), RunError);
  BOOST_CHECK_THROW(b.copy(a, 6, stream), RunError);
  b.copy(a, 5, stream);
  std::vector<float> out(2);
  b.download(out, stream, 3);
  BOOST_TEST(out == (std::vector<float>{0.0F, 1.0F}), boost::test_tools::per_element());
  BOOST_CHECK_THROW(b.download(out, stream, 4), RunError);
}

BOOST_AUTO_TEST_CASE(memory_ends_where_the_device_says) {
  DeviceLimits small = device_limits();
  small.memory_bytes = 4096;
  const simt::WithLimits limited(small);
  DeviceBuffer<float> buffer(768);
  BOOST_TEST(free_device_memory() == 1024U);
  BOOST_CHECK_THROW(DeviceBuffer<float>(257), OutOfDeviceMemory);
  BOOST_CHECK_THROW(buffer.grow(1025), OutOfDeviceMemory);
  BOOST_TEST(buffer.size() == 0U);
  buffer.grow(1024);  // the old memory makes room
  BOOST_TEST(simt::used_device_memory() == 4096U);
  DeviceBuffer<float> moved = std::move(buffer);
  moved = DeviceBuffer<float>();
  BOOST_TEST(simt::used_device_memory() == 0U);
}

BOOST_AUTO_TEST_CASE(shared_memory_ends_where_the_device_says) {
  Stream stream;
  DeviceBuffer<float> buffer(32);
  DeviceLimits small = device_limits();
  for (const std::size_t room : {384U, 383U}) {
    small.shared_bytes_per_block = room;
    const simt::WithLimits limited(small);
    LaunchShape shape = kOneWarp;
    shape.shared_bytes = 128;  // and 256 that the kernel declares
    launch(&take_shared, shape, stream, buffer.data());
    if (room == 384U) BOOST_CHECK_NO_THROW(stream.synchronize());
    if (room == 383U) BOOST_CHECK_THROW(stream.synchronize(), std::length_error);
  }
}

BOOST_AUTO_TEST_SUITE_END()
