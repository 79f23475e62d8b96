#pragma once
#include <cstddef>
#include <cstring>
#include <hetsyn/exceptions.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/share.hpp"

/// The interface through which the ranks of a data-parallel run communicate. A run of one process has a communicator
/// too, so that the training code is the same.
namespace hetsyn {

/// Why a run of several ranks ends: the message that rank 0 prints, and the exit code of all ranks.
struct Failure {
  std::string message;
  int exit_code = kExitFailure;
};

/// Thrown in the other ranks after one rank has failed.
class RankFailure : public Error {
 public:
  explicit RankFailure(const Failure& failure) : Error(failure.message), exit_code_(failure.exit_code) {}
  [[nodiscard]] int exit_code() const noexcept override { return exit_code_; }

 private:
  int exit_code_;
};

/// The ranks of a run. All ranks call the same functions in the same order, each from one thread; every function blocks
/// until all ranks have called it. A rank that fails calls fail() instead of the next function, and the others then
/// throw RankFailure from that function.
class Communicator {
 public:
  virtual ~Communicator() = default;
  /// This rank and the number of ranks.
  [[nodiscard]] virtual Share share() const = 0;
  /// This rank among those of the same machine, which share its devices.
  [[nodiscard]] virtual Share on_machine() const = 0;
  /// The number of cores for this rank: the cores of the machine, divided among its ranks.
  [[nodiscard]] virtual int cores() const = 0;

  /// True on all ranks if it is true on any.
  virtual bool any(bool mine) = 0;
  /// Sums element by element. All ranks get the same bits, and the same bits each time for a given number of ranks.
  virtual void sum(std::span<float> values) = 0;
  virtual void sum(std::span<double> values) = 0;
  /// Concatenates the data of all ranks in rank order on rank 0; empty on the other ranks.
  virtual std::vector<std::byte> gather(std::span<const std::byte> mine) = 0;
  /// Replaces `bytes` by those of rank 0.
  virtual void broadcast(std::vector<std::byte>& bytes) = 0;
  /// Ends the run: returns the failure of the lowest rank that failed. No other function may be called after it.
  virtual Failure fail(const Failure& mine) = 0;

  [[nodiscard]] std::size_t rank() const { return share().rank; }
  [[nodiscard]] std::size_t size() const { return share().ranks; }
};

/// The communicator of a single process. Its functions return immediately.
Communicator& single_process();

template <class T>
requires std::is_trivially_copyable_v<T> std::vector<T> gather(Communicator& ranks, std::span<const T> mine) {
  const std::vector<std::byte> bytes = ranks.gather(std::as_bytes(mine));
  std::vector<T> all(bytes.size() / sizeof(T));
  if (!all.empty()) std::memcpy(all.data(), bytes.data(), bytes.size());
  return all;
}

/// `Container` is a std::string or a std::vector of trivially copyable values.
template <class Container>
Container broadcast(Communicator& ranks, const Container& of_rank_0) {
  using T = typename Container::value_type;
  static_assert(std::is_trivially_copyable_v<T>);
  const auto mine = std::as_bytes(std::span<const T>(of_rank_0));
  std::vector<std::byte> bytes(mine.begin(), mine.end());
  ranks.broadcast(bytes);
  Container out(bytes.size() / sizeof(T), T{});
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

}  // namespace hetsyn
