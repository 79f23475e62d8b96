#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace hetsyn::tasks {

/// Rows of equal length in one array: [rows][columns]. A spectrogram or cochleagram is [step][channel].
struct Grid {
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;

  Grid() = default;
  Grid(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), values(row_count * column_count) {}

  [[nodiscard]] std::span<float> row(std::size_t index) { return {values.data() + index * columns, columns}; }
  [[nodiscard]] std::span<const float> row(std::size_t index) const {
    return {values.data() + index * columns, columns};
  }
};

}  // namespace hetsyn::tasks
