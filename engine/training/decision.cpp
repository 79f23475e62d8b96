#include "training/decision.hpp"

#include <algorithm>

#include "dynamics/loss.hpp"

namespace hetsyn {

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
  const LabelScore kind = label_score(term, answer.steps);
  std::vector<std::int32_t> classes;
  std::vector<double> added(answer.outputs);
  for (std::size_t b = 0; b < answer.samples; ++b) {
    std::vector<double> score(answer.outputs, 0.0);
    for (std::size_t t = kind.first_step; t < answer.steps; ++t) {
      const auto at = answer.readout.subspan((b * answer.steps + t) * answer.outputs, answer.outputs);
      std::copy(at.begin(), at.end(), added.begin());
      if (kind.of_softmax) softmax(OneLane(), answer.outputs, added, added.data());
      for (std::size_t k = 0; k < score.size(); ++k) score[k] += added[k];
    }
    classes.push_back(static_cast<std::int32_t>(std::max_element(score.begin(), score.end()) - score.begin()));
  }
  return classes;
}

}  // namespace hetsyn
