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
  PluginTask(const PluginTask&) = delete;
  PluginTask& operator=(const PluginTask&) = delete;
  /// Owns `dataset` and closes it. Throws PluginError where the task describes itself with sizes that make no sense.
  PluginTask(Contract contract, hetsyn_dataset* dataset);

  [[nodiscard]] const TaskInfo& info() const override { return info_; }
  [[nodiscard]] Sample fill(const SampleRequest& request) const override;
  [[nodiscard]] SampleInfo sample_info(std::size_t split, std::uint64_t index) const override;
  double loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const override;
  [[nodiscard]] std::unique_ptr<MetricAccumulator> metrics() const override;
  [[nodiscard]] std::vector<PlotSeries> plots(const BatchAnswer& batch) const override;

 private:
  struct Close {
    const Contract* contract;
    void operator()(hetsyn_dataset* dataset) const noexcept {
      contract->release("close", contract->table.close, dataset);
    }
  };

  struct FillBuffers;

  [[nodiscard]] std::string place(std::size_t split, std::uint64_t index) const;
  void check_request(const SampleRequest& request) const;
  void check_label(std::int32_t label) const;
  void fill_buffers(const SampleRequest& request, InputSample& input, Sample& sample) const;
  [[nodiscard]] bool fill_once(const SampleRequest& request, FillBuffers& buffers, hetsyn_sample& view) const;

  Contract contract_;
  std::unique_ptr<hetsyn_dataset, Close> dataset_;
  TaskInfo info_;
  bool needs_labels_ = false;  ///< the loss needs the class of each sample
};

}  // namespace hetsyn
