// Gradients of several ranks on devices: one rank is a backend on the emulated device; of the others there are their
// gradients and a fake NCCL that speaks for them.
#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <deque>
#include <hetsyn/exceptions.hpp>
#include <vector>

#include "backend/cases.hpp"
#include "backend/cuda/device/device.hpp"
#include "backend/cuda/emulation/emulated_device.hpp"
#include "backend/cuda/emulation/launch.hpp"
#include "backend/cuda/host/make_cuda_backend.hpp"
#include "support/compare.hpp"

namespace data = boost::unit_test::data;
using namespace hetsyn;
using namespace hetsyn::test;
using cuda::DeviceId;
using cuda::Nccl;

namespace {

struct World {
  Share me;
  std::vector<std::vector<float>> gradients;  ///< [rank]; that of this rank is what it sends
  bool others_have_nccl = true;
  bool one_device = false;  ///< for all ranks
  // what happens
  std::size_t host_sums = 0, joins = 0, leaves = 0, groups = 0;
  int failure = 0;                     ///< of the next exchange
  std::deque<std::vector<float>> own;  ///< from this rank to itself

  [[nodiscard]] std::size_t size() const { return gradients.front().size(); }
  [[nodiscard]] Share share(int rank) const { return {static_cast<std::size_t>(rank), me.ranks}; }
  /// In the order of ranks, in double precision.
  [[nodiscard]] float sum(std::size_t at) const {
    double total = 0.0;
    for (const auto& gradient : gradients) total += static_cast<double>(gradient[at]);
    return static_cast<float>(total);
  }
  [[nodiscard]] std::vector<float> sum() const {
    std::vector<float> out(size());
    for (std::size_t at = 0; at < out.size(); ++at) out[at] = sum(at);
    return out;
  }
};

/// The other ranks say what ranks with these gradients say.
class Ranks final : public Communicator {
 public:
  explicit Ranks(World& world) : world_(world) {}
  [[nodiscard]] Share share() const override { return world_.me; }
  [[nodiscard]] Share on_machine() const override { return world_.me; }
  [[nodiscard]] int cores() const override { return 1; }
  bool any(bool mine) override { return mine || !world_.others_have_nccl; }
  void sum(std::span<double> /*values*/) override { throw RunError("nothing here is double"); }
  void sum(std::span<float> values) override {
    ++world_.host_sums;
    world_.gradients[world_.me.rank].assign(values.begin(), values.end());
    std::ranges::copy(world_.sum(), values.begin());
  }
  std::vector<std::byte> gather(std::span<const std::byte> mine) override {
    if (world_.me.rank != 0) return {};
    std::vector<std::byte> all;
    for (std::size_t rank = 0; rank < world_.me.ranks; ++rank) {
      std::vector<std::byte> device(mine.begin(), mine.end());
      if (!world_.one_device) device.back() = static_cast<std::byte>(rank);
      all.insert(all.end(), device.begin(), device.end());
    }
    return all;
  }
  /// Rank 0 says whether devices differ, which is one letter, and NCCL's number of the run.
  void broadcast(std::vector<std::byte>& bytes) override {
    if (world_.me.rank == 0) return;
    bytes.size() == 1 ? std::ranges::fill(bytes, static_cast<std::byte>(world_.one_device ? '0' : '1'))
                      : std::ranges::fill(bytes, std::byte{7});
  }
  Failure fail(const Failure& mine) override { return mine; }

 private:
  World& world_;
};

// The fake: a rank's exchanges happen in their stream's order, as NCCL's do.
World* world = nullptr;

int make_id(Nccl::UniqueId* id) {
  std::ranges::fill(id->bytes, char{7});
  return 0;
}
int join(Nccl::Communicator* communicator, int ranks, Nccl::UniqueId id, int rank) {
  const bool right = id.bytes[0] == 7 && id.bytes[127] == 7 && static_cast<std::size_t>(rank) == world->me.rank &&
                     static_cast<std::size_t>(ranks) == world->me.ranks;
  *communicator = world;
  ++world->joins;
  return right ? 0 : 4;
}
int leave(Nccl::Communicator communicator) {
  ++world->leaves;
  return communicator == world ? 0 : 4;
}
int group() {
  ++world->groups;
  return 0;
}

int send(const void* values, std::size_t count, int type, int peer, Nccl::Communicator communicator, void* stream) {
  if (type != Nccl::kFloat32 || communicator != world) return 4;
  const auto* const from = static_cast<const float*>(values);
  const bool sums = world->groups % 4 == 3;  // the second of two groups, which begin and end
  cuda::enqueue(stream, [=] {
    if (sums) {  // this rank's piece of the sum
      for (std::size_t i = 0; i < count; ++i) BOOST_TEST(from[i] == world->sum(world->me.begin(world->size()) + i));
      return;
    }
    const std::size_t begin = world->share(peer).begin(world->size());
    std::copy_n(from, count, world->gradients[world->me.rank].begin() + static_cast<std::ptrdiff_t>(begin));
    if (static_cast<std::size_t>(peer) == world->me.rank) world->own.emplace_back(from, from + count);
  });
  return std::exchange(world->failure, 0);
}

int receive(void* values, std::size_t count, int type, int peer, Nccl::Communicator communicator, void* stream) {
  if (type != Nccl::kFloat32 || communicator != world) return 4;
  auto* const to = static_cast<float*>(values);
  const bool sums = world->groups % 4 == 3;
  cuda::enqueue(stream, [=] {
    const auto rank = static_cast<std::size_t>(peer);
    if (!sums && rank == world->me.rank) {
      std::ranges::copy(world->own.front(), to);
      world->own.pop_front();
      return;
    }
    const std::size_t begin = (sums ? world->share(peer) : world->me).begin(world->size());
    for (std::size_t i = 0; i < count; ++i) to[i] = sums ? world->sum(begin + i) : world->gradients[rank][begin + i];
  });
  return 0;
}

constexpr Nccl kFake{[](int) { return "a fault"; }, &make_id, &join, &leave, &group, &group, &send, &receive};

/// A backend with gradients, and what two sums of them make.
struct Trained {
  explicit Trained(Share me) {
    world = &all;
    all.me = me;
    Case c = ordinary_case(NeuronModel::hetsyn_lif);
    c.spec.hidden = {7, 5};
    backend = make_cuda_backend(make_state(c), {});
    const InputBatch batch = make_batch(c);
    backend->forward_with_tape(batch).backward(
        {random_values<float>(batch.size() * batch.steps * c.spec.outputs, 5), {}});
    for (std::size_t rank = 0; rank < me.ranks; ++rank) {
      all.gradients.push_back(random_values<float>(backend->layout().size, 100 + rank));
    }
    all.gradients[me.rank].assign(backend->layout().size, 0.0F);  // known when it is sent
  }
  ~Trained() {
    backend.reset();
    world = nullptr;
  }

  std::vector<float> gradients() {
    std::vector<float> values(backend->layout().size);
    backend->read(Block::gradients, values);
    return values;
  }
  /// The gradients are those of all ranks, once and again.
  void check_sums() {
    for (int round = 0; round < 2; ++round) {
      const std::vector<float> mine = gradients();
      BOOST_TEST(euclidean_norm(mine) > 0.0);
      Ranks ranks(all);
      backend->sum_gradients(ranks);
      const std::vector<float> summed = gradients();  // the exchange happens here
      BOOST_TEST(summed == all.sum(), boost::test_tools::per_element());
      BOOST_TEST(all.gradients[all.me.rank] == mine, boost::test_tools::per_element());
    }
  }

  World all;
  std::unique_ptr<Backend> backend;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cuda_ranks)

BOOST_DATA_TEST_CASE(gradients_are_summed_on_the_devices, data::make({0U, 1U, 2U, 3U}), rank) {
  Trained trained({rank, 4});
  const simt::WithNccl nccl(kFake);
  trained.check_sums();
  BOOST_TEST(trained.all.joins == 1U);  // once for all sums
  BOOST_TEST(trained.all.groups == 8U);
  BOOST_TEST(trained.all.host_sums == 0U);
  trained.backend.reset();
  BOOST_TEST(trained.all.leaves == 1U);
}

BOOST_AUTO_TEST_CASE(more_ranks_than_gradients_leave_some_without_a_piece) {
  Trained trained({1, 2000});
  const simt::WithNccl nccl(kFake);
  trained.check_sums();
}

BOOST_AUTO_TEST_CASE(without_nccl_or_a_device_of_its_own_for_each_rank_they_go_through_the_host) {
  const auto through_host = [](const auto& spoil) {
    for (const std::size_t rank : {0U, 1U}) {
      Trained trained({rank, 3});
      spoil(trained.all);
      trained.check_sums();
      BOOST_TEST(trained.all.host_sums == 2U);
      BOOST_TEST(trained.all.joins == 0U);
    }
  };
  through_host([](World& /*without NCCL*/) {});
  const simt::WithNccl nccl(kFake);
  through_host([](World& all) { all.others_have_nccl = false; });
  through_host([](World& all) { all.one_device = true; });
}

BOOST_AUTO_TEST_CASE(a_failure_of_nccl_is_told) {
  Trained trained({0, 2});
  const simt::WithNccl nccl(kFake);
  trained.all.failure = 1;
  Ranks ranks(trained.all);
  BOOST_CHECK_EXCEPTION(trained.backend->sum_gradients(ranks), RunError,
                        [](const RunError& error) { return std::string(error.what()) == "NCCL: a fault"; });
}

BOOST_AUTO_TEST_SUITE_END()
