#pragma once
#include <hetsyn/dataset.hpp>

#include <memory>
#include <string>
#include <vector>

#include "data/task_port.hpp"

namespace hetsyn {

/// One split of a data set in memory.
struct ArraySplit {
  std::string name;
  std::vector<std::shared_ptr<const InputSample>> inputs;
  std::vector<std::int32_t> labels, groups;  ///< per sample, or empty
  std::vector<float> target;                 ///< [B][T][K], or empty
};

struct DataSet::Content {
  DataSetOptions options;
  InputKind kind = InputKind::events;
  std::size_t inputs = 0, steps = 0;
  std::size_t targets = 0;  ///< number of columns of the target; 0: none
  std::int32_t largest_label = -1;
  std::vector<ArraySplit> splits;
};

/// A data set as a task. A time warp (SampleRequest::time_scale) moves events; it is refused for analog input, whose
/// values belong to fixed steps.
class ArrayTask : public Task {
 public:
  explicit ArrayTask(std::shared_ptr<const DataSet::Content> content);

  [[nodiscard]] const TaskInfo& info() const override { return info_; }
  [[nodiscard]] Sample fill(const SampleRequest& request) const override;
  [[nodiscard]] SampleInfo sample_info(std::size_t split, std::uint64_t index) const override;
  double loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const override;
  [[nodiscard]] std::unique_ptr<MetricAccumulator> metrics() const override;
  [[nodiscard]] std::vector<PlotSeries> plots(const BatchAnswer& /*batch*/) const override { return {}; }

 private:
  std::shared_ptr<const DataSet::Content> content_;
  TaskInfo info_;
};

/// Converts the inputs of `samples`, and sorts the events of each. Throws DataError; messages call them `what`.
std::vector<std::shared_ptr<const InputSample>> input_samples(const Samples& samples, const std::string& what);
/// The kind of input that `samples` has. Throws DataError if it has none or several.
InputKind input_kind(const Samples& samples, const std::string& what);

}  // namespace hetsyn
