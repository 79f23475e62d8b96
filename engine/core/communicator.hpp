#pragma once
#include <cstddef>
#include <cstring>
#include <hetsyn/exceptions.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/share.hpp"

/// The port between a data-parallel run and what carries its messages. A run of one process has a communicator too, so
/// that training is written once.
namespace hetsyn {

/// Why a run of several ranks ends: what rank 0 prints, and the exit code of all.
struct Failure {
  std::string message;
  int exit_code = kExitFailure;
};

/// A failure of another rank, raised in this one.
class RankFailure : public Error {
 public:
  explicit RankFailure(const Failure& failure) : Error(failure.message), exit_code_(failure.exit_code) {}
  [[nodiscard]] int exit_code() const noexcept override { return exit_code_; }

 private:
  int exit_code_;
};

/// The ranks of a run. All ranks call the same functions in the same order, from one thread each. A rank that fails
/// calls fail() instead of whatever comes next; the others then throw RankFailure from there.
class Communicator {
 public:
  virtual ~Communicator() = default;
  /// This rank and the number of all.
  [[nodiscard]] virtual Share share() const = 0;
  /// This rank among those of its machine, for what they divide: its devices.
  [[nodiscard]] virtual Share on_machine() const = 0;
  /// Cores for this rank: those of the machine's ranks, divided among them.
  [[nodiscard]] virtual int cores() const = 0;

  /// Whether any rank says true.
  virtual bool any(bool mine) = 0;
  /// Element by element; the same bits on all ranks, and each time for the same number of ranks.
  virtual void sum(std::span<float> values) = 0;
  virtual void sum(std::span<double> values) = 0;
  /// What the ranks hand in, joined in their order, at rank 0; empty elsewhere.
  virtual std::vector<std::byte> gather(std::span<const std::byte> mine) = 0;
  /// Replaces `bytes` by those of rank 0.
  virtual void broadcast(std::vector<std::byte>& bytes) = 0;
  /// Ends the run: returns the failure of the lowest of the ranks that failed. Nothing else may be called after it.
  virtual Failure fail(const Failure& mine) = 0;

  [[nodiscard]] std::size_t rank() const { return share().rank; }
  [[nodiscard]] std::size_t size() const { return share().ranks; }
};

/// The communicator of a run of one process: it has no one to talk to.
Communicator& single_process();

template <class T>
requires std::is_trivially_copyable_v<T> std::vector<T> gather(Communicator& ranks, std::span<const T> mine) {
  const std::vector<std::byte> bytes = ranks.gather(std::as_bytes(mine));
  std::vector<T> all(bytes.size() / sizeof(T));
  if (!all.empty()) std::memcpy(all.data(), bytes.data(), bytes.size());
  return all;
}

/// Container: a std::string or std::vector of plain values.
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
