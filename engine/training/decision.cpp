#include "training/decision.hpp"

#include <algorithm>

#include "training/softmax.hpp"

namespace hetsyn {
namespace {

bool has_labels(LossKind kind) {
  return kind == LossKind::softmax_sum || kind == LossKind::last_step || kind == LossKind::spike_count;
}

std::size_t first_step(const LossTerm& term, std::size_t steps) {
  switch (term.kind) {
    case LossKind::softmax_sum: return static_cast<std::size_t>(term.parameter);
    case LossKind::last_step: return steps - 1;
    default: return 0;
  }
}

}  // namespace

const LossTerm* classification_term(const TaskInfo& task) {
  const LossTerm* found = nullptr;
  for (const LossTerm& term : task.losses) {
    if (!has_labels(term.kind)) continue;
    if (found != nullptr) return nullptr;
    found = &term;
  }
  return found;
}

std::vector<std::int32_t> decided_classes(const LossTerm& term, const BatchAnswer& answer) {
  std::vector<std::int32_t> classes;
  std::vector<double> y(answer.outputs), p(answer.outputs);
  for (std::size_t b = 0; b < answer.samples; ++b) {
    std::vector<double> score(answer.outputs, 0.0);
    for (std::size_t t = first_step(term, answer.steps); t < answer.steps; ++t) {
      const auto at = answer.readout.subspan((b * answer.steps + t) * answer.outputs, answer.outputs);
      std::copy(at.begin(), at.end(), y.begin());
      if (term.kind == LossKind::softmax_sum) softmax<double>(y, p);
      const std::vector<double>& added = term.kind == LossKind::softmax_sum ? p : y;
      for (std::size_t k = 0; k < score.size(); ++k) score[k] += added[k];
    }
    classes.push_back(static_cast<std::int32_t>(std::max_element(score.begin(), score.end()) - score.begin()));
  }
  return classes;
}

}  // namespace hetsyn
