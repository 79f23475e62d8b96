#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/columns.hpp"

namespace hetsyn {

/// Counts for each label how often each class was decided.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(std::size_t classes) : classes_(classes), counts_(classes * classes, 0) {}

  /// Adds the labels and decisions of some samples, all in [0, classes).
  void add(std::span<const std::int32_t> labels, std::span<const std::int32_t> decisions);

  [[nodiscard]] std::size_t classes() const { return classes_; }
  [[nodiscard]] std::uint64_t count(std::size_t label, std::size_t decision) const {
    return counts_[label * classes_ + decision];
  }
  /// The mean over classes of F1 = 2 TP / (2 TP + FP + FN), with equal weights. Classes that are neither label nor
  /// decision of any sample are left out.
  [[nodiscard]] double macro_f1() const;

 private:
  std::size_t classes_;
  std::vector<std::uint64_t> counts_;  ///< [label][decision]
};

/// The matrix as a table with labels as rows; where `columns` has no room for it, a line per label with the decisions
/// that are most frequent. `names` are those of the classes, or empty.
std::string confusion_text(const ConfusionMatrix& confusion, const std::vector<std::string>& names,
                           std::size_t columns = kUnlimitedColumns);

}  // namespace hetsyn
