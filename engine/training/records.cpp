#include "training/records.hpp"

#include <cmath>

namespace hetsyn {
namespace {

bool is_better(const EpochRecord& record, const std::optional<EpochRecord>& best, std::string_view split,
               const Selection& selection) {
  const std::optional<double> value = record.metric(split, selection.metric);
  if (!value || std::isnan(*value)) return false;
  if (!best) return true;
  const double incumbent = *best->metric(split, selection.metric);
  return selection.higher_is_better ? *value > incumbent : *value < incumbent;
}

}  // namespace

const SplitMetrics* EpochRecord::split(std::string_view name) const {
  for (const SplitMetrics& metrics : splits) {
    if (metrics.split == name) return &metrics;
  }
  return nullptr;
}

std::optional<double> EpochRecord::metric(std::string_view split_name, std::string_view metric_name) const {
  const SplitMetrics* found = split(split_name);
  if (found == nullptr) return std::nullopt;
  for (const NamedMetric& metric : found->metrics) {
    if (metric.name == metric_name) return metric.value;
  }
  return std::nullopt;
}

bool RunRecords::update(const EpochRecord& record, const Selection& selection) {
  const bool validation_improved = is_better(record, best_validation, "validation", selection);
  const bool test_improved = is_better(record, best_test, "test", selection);
  last = record;
  if (validation_improved) best_validation = record;
  if (test_improved) best_test = record;
  return selection.split == "test" ? test_improved : validation_improved;
}

}  // namespace hetsyn
