#pragma once
#include <cstdint>
#include <vector>

#include "data/task_port.hpp"

/// How a class is read off the readout y [B][T][K]: the argmax of the scores whose softmax the task's loss compares
/// with the label (see dynamics/loss.hpp), the first of equals.
///   softmax_sum   Σ_{t ≥ skip} softmax(y[t])
///   last_step     y[T−1]
///   spike_count   Σ_t z[t]
namespace hetsyn {

/// The term that makes a task a classification: its only one with labels. Null where it has none or several (then a
/// class would depend on the term).
const LossTerm* classification_term(const TaskInfo& task);

/// The class decided for each sample, [B]. `term` is one of the three above.
std::vector<std::int32_t> decided_classes(const LossTerm& term, const BatchAnswer& answer);

}  // namespace hetsyn
