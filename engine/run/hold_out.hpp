#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "training/protocol.hpp"

namespace hetsyn {

/// How a run validates, for its summary.
struct HoldOutFacts {
  /// "groups" or "samples" taken from the training samples, "split": the task's own, "drawn" from other seeds, or
  /// "none".
  std::string by = "none";
  std::vector<std::string>
      groups;  ///< the held-out groups, if whole groups were taken: names, or numbers without names
  std::uint64_t samples = 0;
};

HoldOutFacts hold_out_facts(const TaskInfo& info, const SampleSets& sets);

}  // namespace hetsyn
