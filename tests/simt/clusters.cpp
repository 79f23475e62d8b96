// Blocks of a cluster meet and reach each other's shared memory; what a kernel does wrong with it is reported.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "backend/cuda/device/device.hpp"
#include "backend/cuda/emulation/emulated_device.hpp"
#include "backend/cuda/kernels/simt.hpp"
#include "simt/schedules.hpp"

using namespace hetsyn;
using namespace hetsyn::cuda;

namespace {

constexpr unsigned kThreads = 64;
constexpr unsigned kBlocks = 3;  // of a cluster
constexpr unsigned kClusters = 2;
constexpr LaunchShape kShape{
    .grid = {kBlocks * kClusters}, .block = {kThreads}, .cluster = kBlocks, .shared_bytes = kThreads * sizeof(float)};

/// What a block has goes to the next one of its cluster, as often as is said.
HETSYN_KERNEL pass_on(unsigned rounds, float* result) {
  HETSYN_DYNAMIC_SHARED(float, values);
  values[threadIdx.x] = static_cast<float>(blockIdx.x * kThreads + threadIdx.x);
  sync_cluster();
  float* const next = shared_of(values, (cluster_rank() + 1) % kBlocks);
  for (unsigned round = 0; round < rounds; ++round) {
    const float value = values[threadIdx.x];
    sync_cluster();
    next[threadIdx.x] = value;
    sync_cluster();
  }
  result[blockIdx.x * kThreads + threadIdx.x] = values[threadIdx.x];
}

enum class Fault { none, some_blocks, two_places, too_early, no_such_block, not_shared };

HETSYN_KERNEL misuse(Fault fault) {
  HETSYN_DYNAMIC_SHARED(float, values);
  float local = 0.0F;
  if (fault == Fault::too_early) shared_of(values, 1);
  if (fault == Fault::some_blocks && cluster_rank() == 0) return sync_block();
  if (fault == Fault::some_blocks && cluster_rank() == 1) sync_block();
  if (fault == Fault::two_places && cluster_rank() == 0) {
    sync_cluster();
  } else {
    sync_cluster();
  }
  if (fault == Fault::no_such_block) shared_of(values, kBlocks);
  if (fault == Fault::not_shared) shared_of(&local, 1);
  if (fault == Fault::some_blocks) sync_warp();
}

void run(Fault fault) {
  Stream stream;
  launch(&misuse, kShape, stream, fault);
  stream.synchronize();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clusters)

BOOST_DATA_TEST_CASE(blocks_of_a_cluster_reach_each_other, boost::unit_test::data::make(simt::kSchedules), schedule) {
  simt::set_schedule(schedule);
  Stream stream;
  DeviceBuffer<float> result(kBlocks * kClusters * kThreads);
  for (const unsigned rounds : {0U, 1U, 2U, 7U}) {
    launch(&pass_on, kShape, stream, rounds, result.data());
    std::vector<float> values(result.size());
    result.download(values, stream);
    for (unsigned k = 0; k < values.size(); ++k) {
      const unsigned block = k / kThreads;
      const unsigned first = block / kBlocks * kBlocks;
      const unsigned source = first + (block - first + 7 * kBlocks - rounds) % kBlocks;
      BOOST_TEST(values[k] == static_cast<float>(source * kThreads + k % kThreads));
    }
  }
  simt::set_schedule({});
}

BOOST_AUTO_TEST_CASE(blocks_that_do_not_meet_are_reported) {
  BOOST_CHECK_NO_THROW(run(Fault::none));
  BOOST_CHECK_EXCEPTION(run(Fault::two_places), simt::Divergence, [](const simt::Divergence& error) {
    const std::string text = error.what();
    return text.starts_with("threads of the cluster of block (0, 0, 0) do not meet: ") &&
           text.find("128 wait for the cluster at ") != std::string::npos &&
           text.find(" 64 wait for the cluster at ") != std::string::npos;
  });
}

/// A barrier of one block does not wait for the others; threads that have ended do not count.
BOOST_AUTO_TEST_CASE(a_barrier_of_the_block_is_its_own) { BOOST_CHECK_NO_THROW(run(Fault::some_blocks)); }

BOOST_AUTO_TEST_CASE(wrong_uses_of_shared_memory_are_reported) {
  for (const Fault fault : {Fault::too_early, Fault::no_such_block, Fault::not_shared}) {
    BOOST_CHECK_THROW(run(fault), std::logic_error);
    BOOST_CHECK_NO_THROW(run(Fault::none));  // the next kernel runs as ever
  }
}

BOOST_AUTO_TEST_CASE(clusters_that_no_device_takes_are_refused) {
  Stream stream;
  const auto refused = [&](unsigned grid, unsigned cluster) {
    LaunchShape shape = kShape;
    shape.grid = {grid};
    shape.cluster = cluster;
    BOOST_CHECK_THROW(launch(&misuse, shape, stream, Fault::none), RunError);
  };
  refused(6, 0);
  refused(6, 4);
  refused(9, 9);
  DeviceLimits limits = device_limits();
  limits.cluster_blocks = 1;  // a device without clusters
  const simt::WithLimits old(limits);
  refused(6, 3);
}

BOOST_AUTO_TEST_SUITE_END()
