#pragma once
#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "report/html/page.hpp"
#include "report/run_record.hpp"
#include "run/opened_run.hpp"

namespace hetsyn {

/// What the network of a run does on its data: confusions, single samples, operations. A section that says why, where
/// the data or the checkpoint are missing.
struct RunEvaluation {
  std::vector<Section> decisions, activity, cost;
};

/// Evaluates the best checkpoint (without one, the last) on the test set (without one, the validation or training set)
/// and records samples of it; of a run that is going on, only samples. `open` opens the task; `samples` are places in
/// the set, a few if there are none. Empty if `stop` was set.
std::optional<RunEvaluation> evaluate_for_page(const RunRecord& run, const std::function<OpenedRun()>& open,
                                               const std::optional<std::vector<std::size_t>>& samples,
                                               const std::atomic<bool>& stop);

}  // namespace hetsyn
