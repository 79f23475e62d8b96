#include "run/confusion.hpp"

namespace hetsyn {

void ConfusionMatrix::add(std::span<const std::int32_t> labels, std::span<const std::int32_t> decisions) {
  for (std::size_t b = 0; b < labels.size(); ++b) {
    ++counts_[static_cast<std::size_t>(labels[b]) * classes_ + static_cast<std::size_t>(decisions[b])];
  }
}

double ConfusionMatrix::macro_f1() const {
  double sum = 0.0, present = 0.0;
  for (std::size_t k = 0; k < classes_; ++k) {
    std::uint64_t labelled_and_decided = 0;  // 2 TP + FP + FN
    for (std::size_t other = 0; other < classes_; ++other) labelled_and_decided += count(k, other) + count(other, k);
    if (labelled_and_decided == 0) continue;
    sum += 2.0 * static_cast<double>(count(k, k)) / static_cast<double>(labelled_and_decided);
    present += 1.0;
  }
  return sum / present;
}

}  // namespace hetsyn
