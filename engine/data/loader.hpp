#pragma once
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/threads.hpp"
#include "core/share.hpp"
#include "data/augmentation.hpp"
#include "data/perturbation.hpp"
#include "data/sample_cache.hpp"
#include "data/sample_order.hpp"
#include "data/task_port.hpp"

namespace hetsyn {

/// B samples with what their loss needs: all of a batch, or this rank's share of it.
struct Batch {
  InputBatch input;
  std::vector<std::int32_t> labels;   ///< [B]
  std::vector<float> target;          ///< [B][T][targets]; empty without targets
  std::size_t before = 0, after = 0;  ///< samples of the whole batch that lower and higher ranks have

  [[nodiscard]] std::size_t whole() const { return before + input.size() + after; }
};

/// Backend::prepare() as a function, so that the loader can run it ahead of the training loop; thread-safe.
using PrepareInput =
    std::function<std::shared_ptr<const PreparedInput>(const InputSample& sample, InputKind kind, std::size_t steps)>;

/// Which samples to load, in this order, in batches of `batch`; a smaller last one is kept. Of each batch, `share` is
/// loaded.
struct LoadRequest {
  std::size_t split = 0;
  SampleOrder samples;
  std::size_t batch = 32;
  Share share;
  std::uint64_t seed = 0;                         ///< SampleRequest::seed
  double time_scale = 1.0;                        ///< time warp α; samples have warped_steps(T, α) steps
  SpikePerturbation perturbation;                 ///< applied to event input
  SpikeAugmentation augmentation;                 ///< applied to event input
  std::shared_ptr<const BlendPartners> partners;  ///< for augmentation.blend_probability; null: no blending
  std::size_t batches_ahead = 2;                  ///< loaded before they are asked for
  PrepareInput prepare;                           ///< null: samples are not prepared
};

/// Loads batches ahead of their use on a thread of its own, the samples of a batch in parallel: on as many threads as
/// loops of its maker use (see on_threads()). Order and content do not depend on the number of threads.
class BatchLoader {
 public:
  /// The task and the cache (null: none) outlive the loader. Static samples are kept in the cache before perturbation.
  BatchLoader(const Task& task, SampleCache* cache, LoadRequest request);

  /// The next batch; empty after the last. Rethrows what the task threw while it was loaded.
  std::optional<Batch> next();

 private:
  void load_all(const std::stop_token& stop);
  [[nodiscard]] Batch load_batch(std::size_t first);
  [[nodiscard]] std::shared_ptr<const PreparedInput> prepare(const InputSample& sample) const;
  [[nodiscard]] Sample load_sample(std::uint64_t index) const;
  /// As the task made it, from the cache where it is kept there.
  [[nodiscard]] Sample load_whole(std::uint64_t index) const;
  [[nodiscard]] SpikeTrain augmented(const Sample& sample, std::uint64_t index) const;

  const Task& task_;
  SampleCache* cache_;  ///< null where samples may not be kept
  LoadRequest request_;
  std::size_t steps_;
  bool changes_;  ///< samples are perturbed or augmented

  Arena arena_{tbb::this_task_arena::max_concurrency()};
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Batch> ready_;     ///< guarded by mutex_
  std::exception_ptr failure_;  ///< guarded by mutex_
  bool finished_ = false;       ///< guarded by mutex_
  std::jthread thread_;         ///< last: stops and joins before the rest goes
};

}  // namespace hetsyn
