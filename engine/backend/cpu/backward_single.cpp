#include <atomic>
#include <deque>
#include <vector>

#include "backend/cpu/cpu_backend.hpp"

/// The backward pass of a single sample. Its recurrent part runs on one thread, from the last step to the first; the
/// other threads sum gradients over each segment of time as soon as it is finished.
namespace hetsyn::cpu {
namespace {

/// Sums gradients over ranges of blocks, in the order in which they become ready, on one thread at a time.
class Follower {
 public:
  /// `kept`: the task's λ and μ, if other parts of the tape follow; else null.
  Follower(GradientTask task, float* kept, std::size_t most_ranges)
      : task_(task),
        own_(kept == nullptr ? task.adjoint_size() : 0, 0.0F),
        adjoint_(kept == nullptr ? own_.data() : kept),
        ranges_(most_ranges) {}

  [[nodiscard]] bool follows(const Population& population) const { return &task_.population == &population; }

  /// Adds a range. Called by the leading thread only. Calls start() if no thread works on the ranges; otherwise the
  /// working thread takes this one, too.
  template <class Start>
  void release(BlockRange blocks, std::size_t all_blocks, Start&& start) {
    if (!task_.in_ranges()) {
      if (blocks.begin > 0) return;
      blocks.end = all_blocks;
    }
    ranges_[released_++] = blocks;
    if (pending_.fetch_add(1) == 0) start();
  }

  void run(const KernelTable& kernels, const InputBatch& batch, const TapePart& part) {
    do {
      task_.add_sample(kernels, batch, part, 0, ranges_[done_++], adjoint_);
    } while (pending_.fetch_sub(1) > 1);
  }

 private:
  GradientTask task_;
  AlignedVector<float> own_;
  float* adjoint_;
  std::vector<BlockRange> ranges_;
  std::size_t released_ = 0;
  std::size_t done_ = 0;
  std::atomic<std::size_t> pending_{0};
};

}  // namespace

void CpuBackend::backward_single(const View<const float, 3>& d_readout) {
  std::deque<Follower> followers;
  const std::size_t blocks_of_part = part_.time.blocks;
  for (const GradientTask& task : gradient_tasks()) {
    followers.emplace_back(task, kept_sums(task, 0), blocks_of_part / kSegment + 1);
  }
  workers_.lead([&](auto&& start, Scratch& scratch) {
    const Progress progress = [&](Population& population, BlockRange blocks) {
      for (Follower& follower : followers) {
        if (!follower.follows(population)) continue;
        follower.release(blocks, blocks_of_part, [&] { start([&] { follower.run(kernels_, batch_, part_); }); });
      }
    };
    backward_samples(0, 1, d_readout, progress, scratch);
  });
}

}  // namespace hetsyn::cpu
