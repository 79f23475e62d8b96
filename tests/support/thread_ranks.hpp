#pragma once
#include <algorithm>
#include <barrier>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "core/communicator.hpp"

/// Ranks that are threads of one process: what a data-parallel run computes, without MPI.
namespace hetsyn::testing {

class ThreadRanks {
 public:
  explicit ThreadRanks(std::size_t ranks)
      : bytes_(ranks), failures_(ranks), barrier_(static_cast<std::ptrdiff_t>(ranks)) {}

  /// Runs body(communicator) on all ranks and returns how each of them failed.
  std::vector<std::optional<Failure>> run(const std::function<void(Communicator&)>& body) {
    std::vector<std::optional<Failure>> ends(bytes_.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t rank = 0; rank < ends.size(); ++rank) {
        threads.emplace_back([&, rank] { ends[rank] = run_rank(rank, body); });
      }
    }
    return ends;
  }

 private:
  class Rank : public Communicator {
   public:
    Rank(ThreadRanks& all, std::size_t rank) : all_(all), rank_(rank) {}
    [[nodiscard]] Share share() const override { return {rank_, all_.bytes_.size()}; }
    [[nodiscard]] Share on_machine() const override { return share(); }
    [[nodiscard]] int cores() const override { return 1; }

    bool any(bool mine) override {
      const auto flags = exchange(std::as_bytes(std::span(&mine, 1)));
      return std::any_of(flags.begin(), flags.end(), [](const auto& flag) { return flag.front() != std::byte{0}; });
    }
    void sum(std::span<float> values) override { sum_in_order(values); }
    void sum(std::span<double> values) override { sum_in_order(values); }
    std::vector<std::byte> gather(std::span<const std::byte> mine) override {
      std::vector<std::byte> all;
      for (const auto& bytes : exchange(mine)) all.insert(all.end(), bytes.begin(), bytes.end());
      return rank_ == 0 ? all : std::vector<std::byte>();
    }
    void broadcast(std::vector<std::byte>& bytes) override { bytes = exchange(bytes).front(); }
    Failure fail(const Failure& mine) override {
      if (!ended_) {
        all_.failures_[rank_] = mine;
        try {
          exchange({});
        } catch (const RankFailure&) {  // the one that is agreed on
        }
      }
      return *ended_;
    }

   private:
    std::vector<std::vector<std::byte>> exchange(std::span<const std::byte> mine) {
      all_.bytes_[rank_].assign(mine.begin(), mine.end());
      all_.barrier_.arrive_and_wait();
      auto bytes = all_.bytes_;
      const auto failed =
          std::find_if(all_.failures_.begin(), all_.failures_.end(), [](const auto& f) { return f.has_value(); });
      if (failed != all_.failures_.end()) ended_ = **failed;
      all_.barrier_.arrive_and_wait();  // before anyone writes again
      if (ended_) throw RankFailure(*ended_);
      return bytes;
    }
    template <class T>
    void sum_in_order(std::span<T> values) {
      std::vector<double> sums(values.size(), 0.0);
      for (const auto& bytes : exchange(std::as_bytes(values))) {
        std::vector<T> theirs(values.size());
        std::memcpy(theirs.data(), bytes.data(), bytes.size());
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(theirs[i]);
      }
      std::transform(sums.begin(), sums.end(), values.begin(), [](double sum) { return static_cast<T>(sum); });
    }

    ThreadRanks& all_;
    std::size_t rank_;
    std::optional<Failure> ended_;
  };

  std::optional<Failure> run_rank(std::size_t index, const std::function<void(Communicator&)>& body) {
    Rank rank(*this, index);
    try {
      body(rank);
      rank.any(false);  // a rank that fails late finds the others here
    } catch (const Error& error) {
      return rank.fail({error.what(), error.exit_code()});
    }
    return std::nullopt;
  }

  std::vector<std::vector<std::byte>> bytes_;  ///< [rank]: what it has to say in the current exchange
  std::vector<std::optional<Failure>> failures_;
  std::barrier<> barrier_;
};

}  // namespace hetsyn::testing
