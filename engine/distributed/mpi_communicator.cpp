#include "distributed/mpi_communicator.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <type_traits>

namespace hetsyn {
namespace {

/// MPI 3 counts elements with int.
int count(std::size_t elements) {
  if (elements <= static_cast<std::size_t>(std::numeric_limits<int>::max())) return static_cast<int>(elements);
  throw RunError(fmt::format("MPI cannot send {} values at once", elements));
}

template <class T>
MPI_Datatype mpi_type() {
  static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>);
  return std::is_same_v<T, float> ? MPI_FLOAT : MPI_DOUBLE;
}

/// Division of an array into one piece per rank.
struct Pieces {
  std::vector<int> counts, offsets;

  void add(int size) {
    offsets.push_back(offsets.empty() ? 0 : offsets.back() + counts.back());
    counts.push_back(size);
  }
};

Share share_of(MPI_Comm communicator) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(communicator, &rank);
  MPI_Comm_size(communicator, &ranks);
  return {static_cast<std::size_t>(rank), static_cast<std::size_t>(ranks)};
}

/// The cores that the ranks of this machine may use, divided by their number. Ranks may be bound to different cores or
/// share some.
int cores_per_rank(MPI_Comm machine, Share on_machine) {
  cpu_set_t mine, all;
  CPU_ZERO(&mine);
  sched_getaffinity(0, sizeof mine, &mine);
  MPI_Allreduce(&mine, &all, sizeof mine, MPI_BYTE, MPI_BOR, machine);
  return std::max(1, std::min(CPU_COUNT(&mine), CPU_COUNT(&all) / static_cast<int>(on_machine.ranks)));
}

}  // namespace

MpiCommunicator::MpiCommunicator() {
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  share_ = share_of(MPI_COMM_WORLD);
  MPI_Comm machine = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  on_machine_ = share_of(machine);
  cores_ = cores_per_rank(machine, on_machine_);
  MPI_Comm_free(&machine);
}

MpiCommunicator::~MpiCommunicator() {
  // A launcher ends the job when the first process exits with an error; rank 0 must print the reason before.
  MPI_Barrier(MPI_COMM_WORLD);
  MPI_Finalize();
}

bool MpiCommunicator::agree(bool mine) {
  const int nobody = static_cast<int>(share_.ranks);
  int least[2] = {nobody, mine ? 0 : 1};
  MPI_Allreduce(MPI_IN_PLACE, least, 2, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  if (least[0] != nobody) {
    failure_ = exchange_failure(least[0], {});
    throw RankFailure(*failure_);
  }
  return least[1] == 0;
}

Failure MpiCommunicator::fail(const Failure& mine) {
  if (!failure_) {
    int least[2] = {static_cast<int>(share_.rank), 1};
    MPI_Allreduce(MPI_IN_PLACE, least, 2, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    failure_ = exchange_failure(least[0], mine);
  }
  return *failure_;
}

Failure MpiCommunicator::exchange_failure(int failed_rank, const Failure& mine) {
  int header[2] = {mine.exit_code, count(mine.message.size())};
  MPI_Bcast(header, 2, MPI_INT, failed_rank, MPI_COMM_WORLD);
  Failure failure{mine.message, header[0]};
  failure.message.resize(static_cast<std::size_t>(header[1]));
  MPI_Bcast(failure.message.data(), header[1], MPI_CHAR, failed_rank, MPI_COMM_WORLD);
  return failure;
}

std::vector<std::byte> MpiCommunicator::gather(std::span<const std::byte> mine) {
  agree(false);
  // All ranks get all sizes, so that all of them refuse what is too large.
  const std::uint64_t size = mine.size();
  std::vector<std::uint64_t> sizes(share_.ranks);
  MPI_Allgather(&size, 1, MPI_UINT64_T, sizes.data(), 1, MPI_UINT64_T, MPI_COMM_WORLD);
  const int total = count(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}));
  Pieces pieces;
  for (const std::uint64_t piece : sizes) pieces.add(static_cast<int>(piece));
  std::vector<std::byte> all(share_.rank == 0 ? static_cast<std::size_t>(total) : 0);
  MPI_Gatherv(mine.data(), static_cast<int>(size), MPI_BYTE, all.data(), pieces.counts.data(), pieces.offsets.data(),
              MPI_BYTE, 0, MPI_COMM_WORLD);
  return all;
}

void MpiCommunicator::broadcast(std::vector<std::byte>& bytes) {
  agree(false);
  std::uint64_t size = bytes.size();
  MPI_Bcast(&size, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
  bytes.resize(size);
  constexpr std::size_t kPiece = std::size_t{1} << 30;  // a checkpoint may have more bytes than an int can count
  for (std::size_t at = 0; at < size; at += kPiece) {
    MPI_Bcast(bytes.data() + at, count(std::min(kPiece, size - at)), MPI_BYTE, 0, MPI_COMM_WORLD);
  }
}

/// Each rank receives its piece of the array from all ranks (MPI_Alltoallv), adds the pieces in rank order in double
/// precision, and sends the sum to all (MPI_Allgatherv). This moves as much data as MPI_Allreduce, whose order of sums
/// is unspecified.
template <class T>
void MpiCommunicator::sum_in_rank_order(std::span<T> values) {
  agree(false);
  const std::size_t mine = share_.size(values.size());
  Pieces out, in;
  for (std::size_t rank = 0; rank < share_.ranks; ++rank) {
    out.add(count(Share{rank, share_.ranks}.size(values.size())));
    in.add(count(mine));
  }
  std::vector<T> received(static_cast<std::size_t>(count(mine * share_.ranks)));
  MPI_Alltoallv(values.data(), out.counts.data(), out.offsets.data(), mpi_type<T>(), received.data(), in.counts.data(),
                in.offsets.data(), mpi_type<T>(), MPI_COMM_WORLD);
  for (std::size_t i = 0; i < mine; ++i) {
    double sum = 0.0;
    for (std::size_t rank = 0; rank < share_.ranks; ++rank) sum += static_cast<double>(received[rank * mine + i]);
    received[i] = static_cast<T>(sum);
  }
  MPI_Allgatherv(received.data(), count(mine), mpi_type<T>(), values.data(), out.counts.data(), out.offsets.data(),
                 mpi_type<T>(), MPI_COMM_WORLD);
}

}  // namespace hetsyn
