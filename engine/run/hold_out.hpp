#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "training/protocol.hpp"

namespace hetsyn {

/// What a run validates on, for its summary.
struct HoldOutFacts {
  /// "groups" or "samples" cut from the training samples, "split": the task's own, "drawn" anew, or "none".
  std::string by = "none";
  std::vector<std::string> groups;  ///< whose samples they are, where whole groups were cut: names, else numbers
  std::uint64_t samples = 0;
};

HoldOutFacts hold_out_facts(const TaskInfo& info, const SampleSets& sets);

}  // namespace hetsyn
