#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/task_port.hpp"
#include "state/spikes.hpp"
#include "training/protocol.hpp"

namespace hetsyn {

/// At most 32 training samples, at regular distances in the set, or the first ones that a task draws.
std::vector<Sample> typical_samples(const Task& task, const SampleSet& train, std::uint64_t seed);

/// A batch of `size` samples, with each of these in turn.
InputBatch batch_of(const TaskInfo& info, std::span<const Sample> samples, std::size_t size);

}  // namespace hetsyn
