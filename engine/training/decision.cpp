#include "training/decision.hpp"

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

}  // namespace hetsyn
