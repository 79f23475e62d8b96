#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dynamics/loss.hpp"
#include "dynamics/metric.hpp"
#include "state/spikes.hpp"

/// The task port: what the engine asks of a task. plugins/host adapts a loaded plugin to it; tests implement it
/// directly.
namespace hetsyn {

enum class SplitRole : std::uint8_t { train, validation, test };

struct Split {
  std::string name;
  SplitRole role = SplitRole::train;
  bool drawn = false;         ///< samples are drawn from the seed; any index is valid
  std::uint64_t samples = 0;  ///< number, or the suggested one where drawn
};

struct MetricInfo {
  std::string name;
  std::string unit;
  bool higher_is_better = true;
  MetricRule rule = {};  ///< what the engine computes itself; or the task's own
};

struct TaskInfo {
  std::string name;
  InputKind input_kind = InputKind::events;
  std::size_t inputs = 0;
  std::size_t outputs = 0;  ///< K
  std::size_t steps = 0;    ///< T
  bool spiking_readout = false;
  double dt_ms = 1.0;       ///< suggested Δt of the network
  double step_ms = 1.0;     ///< duration of a step in the data's own time
  std::size_t targets = 0;  ///< columns of the target trace; 0: none
  std::vector<Split> splits;
  std::vector<LossTerm> losses;
  std::vector<MetricInfo> metrics;  ///< the first one selects models
  std::string data_name;
  bool standin = false;
  bool static_samples = false;  ///< samples may be kept: fill() does not depend on the seed
  std::uint64_t skipped = 0;    ///< samples left out, as their files are damaged
  std::string skipped_why;      ///< the first of them, with the reasons
  std::string data_digest;      ///< identifies what the files hold; empty: the task does not say, or draws its samples
  std::vector<std::string> class_names;  ///< [outputs], or empty
  std::vector<std::string> group_names;  ///< of SampleInfo::group; or empty
  std::uint64_t events = 0;              ///< events in the files, all splits; 0: unknown
  std::uint64_t events_lost = 0;         ///< those of them that never reach the network
  std::string plugin_version;            ///< of the plugin that the task is from; empty: none
  std::string plugin_file;
};

struct SampleRequest {
  std::size_t split = 0;
  std::uint64_t index = 0;
  std::uint64_t seed = 0;
  std::size_t steps = 0;    ///< T wanted
  double time_scale = 1.0;  ///< event times × this before binning
};

/// One sample with what its loss needs.
struct Sample {
  std::shared_ptr<const InputSample> input;
  std::shared_ptr<const PreparedInput> prepared;  ///< what the backend made of it; set by the loader
  std::int32_t label = -1;
  std::vector<float> target;  ///< [T][targets]
};

struct SampleInfo {
  std::int32_t label = -1;
  std::int32_t group = -1;  ///< speaker, writer, …; −1: none
};

/// The network's answer to a batch; spans are valid during the call.
struct BatchAnswer {
  std::size_t samples = 0, steps = 0, outputs = 0, targets = 0;
  double dt_ms = 1.0;
  std::span<const float> readout;        ///< [B][T][K]
  std::span<const std::int32_t> labels;  ///< [B]
  std::span<const float> target;         ///< [B][T][targets]
};

/// A named series for the report.
struct PlotSeries {
  std::string plot, series, x_label, y_label;
  std::vector<double> x, y;
};

/// Sums of one evaluation over its batches, for the metrics that are the task's own.
class MetricAccumulator {
 public:
  virtual ~MetricAccumulator() = default;
  virtual void add(const BatchAnswer& batch) = 0;
  /// One value per TaskInfo::metrics, of which those that the engine computes are not read; call once.
  virtual std::vector<double> finish() = 0;
};

/// An opened task. fill() and sample_info() are thread-safe; the rest is called from one thread. All throw DataError or
/// PluginError.
class Task {
 public:
  virtual ~Task() = default;
  [[nodiscard]] virtual const TaskInfo& info() const = 0;
  [[nodiscard]] virtual Sample fill(const SampleRequest& request) const = 0;
  [[nodiscard]] virtual SampleInfo sample_info(std::size_t split, std::uint64_t index) const = 0;
  /// Value and gradient of the LossKind::callback term; d_readout [B][T][K] is zeroed before.
  virtual double loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const = 0;
  /// Called where a metric is the task's own.
  [[nodiscard]] virtual std::unique_ptr<MetricAccumulator> metrics() const = 0;
  [[nodiscard]] virtual std::vector<PlotSeries> plots(const BatchAnswer& batch) const = 0;
};

}  // namespace hetsyn
