// The emulation runs kernels as a device does, and shows what is wrong with wrong ones.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <vector>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/kernels/simt.hpp"
#include "simt/schedules.hpp"

using namespace hetsyn;
using namespace hetsyn::cuda;

namespace {

constexpr unsigned kThreads = 128;
constexpr unsigned kWarps = kThreads / kWarp;

#if defined(__SANITIZE_THREAD__)
constexpr bool kRacesAreErrors = true;  // of the program; see faults.cpp
#else
constexpr bool kRacesAreErrors = false;
#endif

/// Sum of a block's values, by shuffles and a barrier. One block per row of [blocks][kThreads].
HETSYN_KERNEL sum_rows(const float* values, float* sums) {
  HETSYN_SHARED(float, partial, kWarps);
  float sum = values[blockIdx.x * kThreads + threadIdx.x];
  for (unsigned mask = kWarp / 2; mask > 0; mask /= 2) sum += shuffle_xor(sum, mask);
  if (threadIdx.x % kWarp == 0) partial[threadIdx.x / kWarp] = sum;
  sync_block();
  if (threadIdx.x == 0) {
    float total = 0.0F;
    for (const float part : partial) total += part;
    sums[blockIdx.x] = total;
  }
}

/// Each thread takes its neighbour's value, `missing` without waiting until that is there.
HETSYN_KERNEL rotate(bool missing, float* result) {
  HETSYN_DYNAMIC_SHARED(float, values);
  values[threadIdx.x] = static_cast<float>(threadIdx.x);
  if (!missing) sync_block();
  result[threadIdx.x] = values[(threadIdx.x + 1) % kThreads];
}

/// What the warp's operations gave to each lane: [7][32].
HETSYN_KERNEL warp_operations(unsigned* results) {
  const unsigned lane = threadIdx.x;
  results[0 * kWarp + lane] = ballot(lane % 3 == 0);
  results[1 * kWarp + lane] = shuffle(lane * 10, 5);
  results[2 * kWarp + lane] = shuffle(lane * 10, (lane + 1) % kWarp);
  results[3 * kWarp + lane] = shuffle_xor(lane, 1);
  results[4 * kWarp + lane] = popcount(ballot(lane < 7));
  results[5 * kWarp + lane] = lowest_bit(ballot(lane > 7));
  struct Pair {
    double a;
    unsigned b;
  };
  results[6 * kWarp + lane] = shuffle(Pair{0.5, lane + 1}, 31).b;
}

/// The place of each thread, in x, y and z: [blocks][threads].
HETSYN_KERNEL places(unsigned* results) {
  const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  results[block * blockDim.x * blockDim.y * blockDim.z + thread] = block * 1000 + thread;
}

std::vector<float> rotated(bool missing, const simt::Schedule& schedule) {
  simt::set_schedule(schedule);
  Stream stream;
  DeviceBuffer<float> result(kThreads);
  launch(&rotate, {.grid = {1}, .block = {kThreads}, .shared_bytes = kThreads * sizeof(float)}, stream, missing,
         result.data());
  std::vector<float> values(kThreads);
  result.download(values, stream);
  simt::set_schedule({});
  return values;
}

template <class T>
std::vector<T> download(const DeviceBuffer<T>& buffer, Stream& stream) {
  std::vector<T> values(buffer.size());
  buffer.download(values, stream);
  return values;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kernels)

BOOST_DATA_TEST_CASE(a_reduction_is_right_in_every_order, boost::unit_test::data::make(simt::kSchedules), schedule) {
  constexpr unsigned kBlocks = 3;
  std::vector<float> values(std::size_t{kBlocks} * kThreads);
  std::iota(values.begin(), values.end(), 0.0F);
  simt::set_schedule(schedule);
  Stream stream;
  DeviceBuffer<float> device_values(values.size()), sums(kBlocks);
  device_values.upload(values, stream);
  launch(&sum_rows, {.grid = {kBlocks}, .block = {kThreads}}, stream, device_values.data(), sums.data());
  const std::vector<float> expected{8128.0F, 24512.0F, 40896.0F};
  BOOST_TEST(download(sums, stream) == expected, boost::test_tools::per_element());
  simt::set_schedule({});
}

BOOST_AUTO_TEST_CASE(a_missing_barrier_shows_in_every_order) {
  const std::vector<float> right = rotated(false, simt::kSchedules.front());
  for (const simt::Schedule& schedule : simt::kSchedules) {
    BOOST_TEST(rotated(false, schedule) == right, boost::test_tools::per_element());
    if (!kRacesAreErrors) BOOST_TEST(rotated(true, schedule) != right);  // NaN, as shared memory is at first
  }
}

BOOST_DATA_TEST_CASE(warps_exchange_values, boost::unit_test::data::make(simt::kSchedules), schedule) {
  simt::set_schedule(schedule);
  Stream stream;
  DeviceBuffer<unsigned> device(7 * kWarp);
  launch(&warp_operations, {.grid = {1}, .block = {kWarp}}, stream, device.data());
  const std::vector<unsigned> results = download(device, stream);
  for (unsigned lane = 0; lane < kWarp; ++lane) {
    BOOST_TEST_CONTEXT("lane " << lane) {
      BOOST_TEST(results[0 * kWarp + lane] == 0x49249249U);
      BOOST_TEST(results[1 * kWarp + lane] == 50U);
      BOOST_TEST(results[2 * kWarp + lane] == (lane + 1) % kWarp * 10);
      BOOST_TEST(results[3 * kWarp + lane] == (lane ^ 1U));
      BOOST_TEST(results[4 * kWarp + lane] == 7U);
      BOOST_TEST(results[5 * kWarp + lane] == 8U);
      BOOST_TEST(results[6 * kWarp + lane] == 32U);
    }
  }
  simt::set_schedule({});
}

BOOST_AUTO_TEST_CASE(threads_know_their_places) {
  Stream stream;
  DeviceBuffer<unsigned> device(std::size_t{24} * 64);
  launch(&places, {.grid = {2, 3, 4}, .block = {8, 4, 2}}, stream, device.data());
  const std::vector<unsigned> results = download(device, stream);
  for (unsigned k = 0; k < results.size(); ++k) BOOST_TEST(results[k] == k / 64 * 1000 + k % 64);
}

BOOST_AUTO_TEST_SUITE_END()
