#pragma once
#include <hetsyn_task.h>

#include <cstddef>
#include <string>

#include "hetsyn/error.hpp"
#include "hetsyn/info.hpp"

namespace hetsyn::sdk::detail {

inline void require_listed(const char* list, std::size_t items) {
  if (items >= 1 && items <= HETSYN_MAX_LISTED) return;
  const std::string found = items == 0 ? "is empty" : "has " + std::to_string(items) + " items";
  throw ContractError("info." + std::string(list) + " " + found + ": expected 1 to " +
                      std::to_string(HETSYN_MAX_LISTED));
}

/// Checks for which this SDK has other names than the C contract. The engine makes all other checks.
inline void check_info(const Info& info, bool overrides_loss, bool overrides_metrics) {
  require_listed("splits", info.splits.size());
  require_listed("losses", info.losses.size());
  require_listed("metrics", info.metrics.size());
  for (const Loss& loss : info.losses) {
    if (loss.id == HETSYN_LOSS_CALLBACK && !overrides_loss) {
      throw ContractError("info.losses has Loss::callback(), but the task does not override loss()");
    }
    if (loss.id == HETSYN_LOSS_SPIKE_COUNT && !info.spiking_readout) {
      throw ContractError("info.losses has Loss::spike_count(), which needs info.spiking_readout = true");
    }
  }
  for (const MetricInfo& metric : info.metrics) {
    if (metric.is_own() && !overrides_metrics) {
      throw ContractError("info.metrics has '" + metric.name +
                          "', which the engine does not compute, but the task does not override metrics()");
    }
  }
  if (!info.class_names.empty() && info.class_names.size() != info.outputs) {
    throw ContractError("info.class_names has " + std::to_string(info.class_names.size()) +
                        " entries for info.outputs = " + std::to_string(info.outputs) + ": expected as many, or none");
  }
}

}  // namespace hetsyn::sdk::detail
