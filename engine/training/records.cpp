#include "training/records.hpp"

#include <cmath>

namespace hetsyn {
namespace {

Improvement compare(const EpochRecord& record, const std::optional<EpochRecord>& best, std::string_view split,
                    const Selection& selection) {
  const std::optional<double> value = record.metric(split, selection.metric);
  if (!value || std::isnan(*value)) return Improvement::none;
  if (!best) return Improvement::of_metric;
  const double incumbent = *best->metric(split, selection.metric);
  if (*value == incumbent) {
    return record.metric(split, "loss") < best->metric(split, "loss") ? Improvement::of_loss : Improvement::none;
  }
  return selection.higher_is_better == (*value > incumbent) ? Improvement::of_metric : Improvement::none;
}

Improvement update_best(std::optional<EpochRecord>& best, const EpochRecord& record, std::string_view split,
                        const Selection& selection) {
  const Improvement improvement = compare(record, best, split, selection);
  if (improvement != Improvement::none) best = record;
  return improvement;
}

}  // namespace

Improvement RunRecords::update(const EpochRecord& record, const Selection& selection) {
  last = record;
  const Improvement on_validation = update_best(best_validation, record, "validation", selection);
  const Improvement on_test = update_best(best_test, record, "test", selection);
  return selection.split == "test" ? on_test : on_validation;
}

RunRecords RunRecords::reported(const Selection& selection) const {
  RunRecords all = *this;
  if (!provisional) return all;
  all.last = provisional;
  if (!all.best_validation) update_best(all.best_validation, *provisional, "validation", selection);
  if (!all.best_test) update_best(all.best_test, *provisional, "test", selection);
  return all;
}

}  // namespace hetsyn
