#pragma once
#include <hetsyn_task.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/task_port.hpp"
#include "host/contract.hpp"

namespace hetsyn {

/// A task of a plugin behind the engine's task port. Everything that comes back over the border is checked; what breaks
/// the contract is a PluginError with the plugin's file and the reason, what the plugin reports itself a DataError.
class PluginTask : public Task {
 public:
  /// Owns `dataset` and closes it. Throws PluginError where the task describes itself with sizes that make no sense.
  PluginTask(Contract contract, hetsyn_dataset* dataset);

  [[nodiscard]] const TaskInfo& info() const override { return info_; }
  [[nodiscard]] Sample fill(const SampleRequest& request) const override;
  [[nodiscard]] SampleInfo sample_info(std::size_t split, std::uint64_t index) const override;
  double loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const override;
  [[nodiscard]] std::unique_ptr<MetricAccumulator> metrics() const override;
  [[nodiscard]] std::vector<PlotSeries> plots(const BatchAnswer& batch) const override;

 private:
  [[nodiscard]] std::string place(std::size_t split, std::uint64_t index) const;
  void check_request(const SampleRequest& request) const;
  void check_label(std::int32_t label, std::int32_t least) const;
  void fill_buffers(const SampleRequest& request, InputSample& input, Sample& sample) const;
  [[nodiscard]] bool fill_once(const SampleRequest& request, hetsyn_sample& view) const;

  Contract contract_;
  std::unique_ptr<hetsyn_dataset, void (*)(hetsyn_dataset*)> dataset_;
  TaskInfo info_;
  std::int32_t least_label_ = -1;  ///< 0 where the loss needs a class
};

}  // namespace hetsyn
