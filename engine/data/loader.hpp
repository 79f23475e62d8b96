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

/// B samples with what their loss needs: a whole batch, or this rank's share of one.
struct Batch {
  InputBatch input;
  std::vector<std::int32_t> labels;   ///< [B]
  std::vector<float> target;          ///< [B][T][targets]; empty without targets
  std::size_t before = 0, after = 0;  ///< samples of the whole batch that lower and higher ranks have

  [[nodiscard]] std::size_t whole() const { return before + input.size() + after; }
};

/// Calls Backend::prepare() in the threads of the loader, ahead of the training loop. Thread-safe.
using PrepareInput =
    std::function<std::shared_ptr<const PreparedInput>(const InputSample& sample, InputKind kind, std::size_t steps)>;

/// The samples to load, in this order, in batches of `batch`; the last batch may be smaller. Only `share` of each batch
/// is loaded.
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
  std::size_t batches_ahead = 2;                  ///< batches loaded in advance
  PrepareInput prepare;                           ///< null: samples are not prepared
};

/// Loads batches in advance in a separate thread. The samples of a batch are loaded in parallel, on as many threads as
/// loops of the thread that made the loader use (see on_threads()). Order and content do not depend on this number.
class BatchLoader {
 public:
  /// Task and cache (null: none) must outlive the loader. The cache keeps static samples without perturbation.
  BatchLoader(const Task& task, SampleCache* cache, LoadRequest request);

  /// Blocks until the next batch is loaded; empty after the last. Rethrows what the task threw while loading it.
  std::optional<Batch> next();

 private:
  void load_all(const std::stop_token& stop);
  [[nodiscard]] Batch load_batch(std::size_t first);
  [[nodiscard]] std::shared_ptr<const PreparedInput> prepare(const InputSample& sample) const;
  [[nodiscard]] Sample load_sample(std::uint64_t index) const;
  /// The unchanged sample of the task, from the cache if possible.
  [[nodiscard]] Sample load_whole(std::uint64_t index) const;
  [[nodiscard]] SpikeTrain augmented(const Sample& sample, std::uint64_t index) const;

  const Task& task_;
  SampleCache* cache_;  ///< null if samples may not be cached
  LoadRequest request_;
  std::size_t steps_;
  bool changes_;  ///< samples are perturbed or augmented

  Arena arena_{tbb::this_task_arena::max_concurrency()};
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Batch> ready_;     ///< guarded by mutex_
  std::exception_ptr failure_;  ///< guarded by mutex_
  bool finished_ = false;       ///< guarded by mutex_
  std::jthread thread_;  ///< last member: its destructor stops and joins the thread before the others are destroyed
};

}  // namespace hetsyn
