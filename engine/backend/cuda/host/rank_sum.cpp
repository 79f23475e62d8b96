#include "backend/cuda/host/rank_sum.hpp"
#include "backend/cuda/kernels/rank_sum.hpp"

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <string>
#include <vector>

#include "base/error_text.hpp"

namespace hetsyn::cuda {
namespace {

/// Rank 0 decides, since only it gets the devices of all ranks.
bool all_differ(Communicator& ranks, const DeviceId& mine) {
  std::vector<DeviceId> devices = gather(ranks, std::span<const DeviceId>(&mine, 1));
  std::ranges::sort(devices);
  const bool differ = std::ranges::adjacent_find(devices) == devices.end();
  return broadcast(ranks, std::string(1, differ ? '1' : '0')) == "1";
}

}  // namespace

bool can_sum_on_devices(Communicator& ranks) {
  return !ranks.any(find_nccl() == nullptr) && all_differ(ranks, device_id());
}

RankSum::RankSum(const Nccl& nccl, Communicator& ranks) : nccl_(nccl), ranks_(ranks) {
  Nccl::UniqueId id{};
  if (ranks.rank() == 0) check(nccl_.get_unique_id(&id));
  const std::vector<char> bytes = broadcast(ranks, std::vector<char>(std::begin(id.bytes), std::end(id.bytes)));
  std::ranges::copy(bytes, id.bytes);
  check(nccl_.comm_init_rank(&communicator_, static_cast<int>(ranks.size()), id, static_cast<int>(ranks.rank())));
}

RankSum::~RankSum() { nccl_.comm_destroy(communicator_); }

void RankSum::check(int result) const {
  if (result != 0) throw RunError(std::string("NCCL: ") + nccl_.get_error_string(result));
}

/// All exchanges of a group run concurrently: none waits for another.
template <class Exchange>
void RankSum::with_each_rank(const Exchange& exchange) const {
  check(nccl_.group_start());
  for (std::size_t rank = 0; rank < ranks_.size(); ++rank) exchange(rank, static_cast<int>(rank));
  check(nccl_.group_end());
}

/// Each rank receives its piece of the array from all ranks, adds them, and sends the sum to all.
void RankSum::add_ranks(float* values, std::size_t count, Stream& stream) {
  ranks_.any(false);  // NCCL would wait forever for a rank that failed
  const Share mine = ranks_.share();
  const std::size_t size = mine.size(count);
  float* const sum = values + mine.begin(count);
  const auto send = [&](const float* from, std::size_t elements, int peer) {
    check(nccl_.send(from, elements, Nccl::kFloat32, peer, communicator_, stream.handle()));
  };
  const auto receive = [&](float* to, std::size_t elements, int peer) {
    check(nccl_.recv(to, elements, Nccl::kFloat32, peer, communicator_, stream.handle()));
  };
  received_.grow(mine.ranks * size);
  with_each_rank([&](std::size_t rank, int peer) {
    const Share theirs{rank, mine.ranks};
    send(values + theirs.begin(count), theirs.size(count), peer);
    receive(received_.data() + rank * size, size, peer);
  });
  add_in_rank_order(received_.data(), mine.ranks, size, sum, stream);
  with_each_rank([&](std::size_t rank, int peer) {
    if (rank == mine.rank) return;
    const Share theirs{rank, mine.ranks};
    send(sum, size, peer);
    receive(values + theirs.begin(count), theirs.size(count), peer);
  });
}

}  // namespace hetsyn::cuda
