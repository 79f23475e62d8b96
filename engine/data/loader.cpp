#include "data/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <hetsyn/exceptions.hpp>
#include <utility>

#include "base/parallel.hpp"

namespace hetsyn {

BatchLoader::BatchLoader(const Task& task, SampleCache* cache, LoadRequest request)
    : task_(task),
      cache_(task.info().static_samples && request.time_scale == 1.0 ? cache : nullptr),
      request_(std::move(request)),
      steps_(warped_steps(task.info().steps, request_.time_scale)),
      changes_(task.info().input_kind == InputKind::events &&
               !(request_.perturbation.none() && request_.augmentation.none())),
      thread_([this](const std::stop_token& stop) { load_all(stop); }) {}

std::optional<Batch> BatchLoader::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return finished_ || !ready_.empty(); });
  if (ready_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    return std::nullopt;
  }
  Batch batch = std::move(ready_.front());
  ready_.pop_front();
  lock.unlock();
  changed_.notify_one();
  return batch;
}

void BatchLoader::load_all(const std::stop_token& stop) {
  std::exception_ptr failure;
  try {
    for (std::size_t first = 0; first < request_.samples.size(); first += request_.batch) {
      Batch batch = load_batch(first);
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return ready_.size() < request_.batches_ahead; })) return;
      ready_.push_back(std::move(batch));
      lock.unlock();
      changed_.notify_one();
    }
  } catch (...) {
    failure = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    finished_ = true;
  }
  changed_.notify_one();
}

Batch BatchLoader::load_batch(std::size_t first) {
  const TaskInfo& info = task_.info();
  const std::size_t whole = std::min(request_.batch, request_.samples.size() - first);
  const std::size_t begin = request_.share.begin(whole), size = request_.share.size(whole);
  Batch batch;
  batch.before = begin;
  batch.after = whole - begin - size;
  batch.input.kind = info.input_kind;
  batch.input.steps = steps_;
  batch.input.inputs = info.inputs;
  batch.input.samples.resize(size);
  batch.input.prepared.resize(size);
  batch.labels.resize(size);
  batch.target.resize(size * steps_ * info.targets);
  const View<float, 3> target(batch.target, {size, steps_, info.targets});
  const auto load = [&](std::size_t b) {
    const std::uint64_t index = request_.samples[first + begin + b];
    const Sample sample = load_sample(index);
    const View<float, 2> target_of_sample = target.slice(b);
    if (sample.target.size() != target_of_sample.size()) {
      throw DataError(
          fmt::format("task {}: sample {} has a target of {} values where {} steps × {} targets = {} were "
                      "expected",
                      info.name, index, sample.target.size(), steps_, info.targets, target_of_sample.size()));
    }
    batch.input.samples[b] = sample.input;
    batch.input.prepared[b] = sample.prepared;
    batch.labels[b] = sample.label;
    std::ranges::copy(sample.target, target_of_sample.begin());
  };
  for_each_index(arena_, size, load);
  return batch;
}

std::shared_ptr<const PreparedInput> BatchLoader::prepare(const InputSample& sample) const {
  return request_.prepare ? request_.prepare(sample, task_.info().input_kind, steps_) : nullptr;
}

Sample BatchLoader::load_sample(std::uint64_t index) const {
  Sample sample = load_whole(index);
  if (!changes_) return sample;
  auto changed = std::make_shared<InputSample>();
  changed->spikes = request_.augmentation.none() ? sample.input->spikes : augmented(sample, index);
  if (!request_.perturbation.none()) {
    changed->spikes = perturb(changed->spikes, steps_, task_.info().step_ms, request_.perturbation, index);
  }
  sample.prepared = prepare(*changed);
  sample.input = std::move(changed);
  return sample;
}

Sample BatchLoader::load_whole(std::uint64_t index) const {
  std::optional<Sample> kept;
  if (cache_ != nullptr) kept = cache_->find(request_.split, index);
  Sample sample = kept ? *std::move(kept)
                       : task_.fill({.split = request_.split,
                                     .index = index,
                                     .seed = request_.seed,
                                     .steps = steps_,
                                     .time_scale = request_.time_scale});
  // prepare() needs the spikes that the backend will get: a sample that is still to be changed is prepared after that.
  if (!changes_ && sample.prepared == nullptr) sample.prepared = prepare(*sample.input);
  if (cache_ != nullptr) cache_->insert(request_.split, index, sample);
  return sample;
}

SpikeTrain BatchLoader::augmented(const Sample& sample, std::uint64_t index) const {
  const SpikeAugmentation& augmentation = request_.augmentation;
  RandomStream random(request_.seed, RandomPurpose::augmentation, static_cast<std::uint32_t>(index));
  std::optional<Sample> partner;
  if (request_.partners != nullptr && random.uniform() < augmentation.blend_probability) {
    if (const auto other = request_.partners->draw(index, sample.label, random)) partner = load_whole(*other);
  }
  return augment(sample.input->spikes, partner ? &partner->input->spikes : nullptr, steps_, task_.info().step_ms,
                 augmentation, random);
}

}  // namespace hetsyn
