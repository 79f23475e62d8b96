#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <hetsyn/view.hpp>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dynamics/loss.hpp"
#include "dynamics/metric.hpp"
#include "state/spikes.hpp"

/// The interface of a task to the engine. plugins/host implements it with a loaded plugin; tests implement it directly.
namespace hetsyn {

enum class SplitRole : std::uint8_t { train, validation, test };

struct Split {
  std::string name;
  SplitRole role = SplitRole::train;
  bool drawn = false;         ///< samples are drawn from the seed; any index is valid
  std::uint64_t samples = 0;  ///< number of samples; suggested number if drawn
};

struct MetricInfo {
  std::string name;
  std::string unit;
  bool higher_is_better = true;
  MetricRule rule = {};  ///< what the engine computes itself, or `own`
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
  bool static_samples = false;           ///< fill() does not depend on the seed, so that samples may be cached
  std::uint64_t skipped = 0;             ///< samples left out because their files are damaged
  std::string skipped_why;               ///< the first few of them, with the reasons
  std::string data_digest;               ///< identifies the content of the files; empty: unknown, or samples are drawn
  std::vector<std::string> class_names;  ///< [outputs], or empty
  std::vector<std::string> group_names;  ///< of SampleInfo::group; or empty
  std::uint64_t events = 0;              ///< events in the files, all splits; 0: unknown
  std::uint64_t events_lost = 0;         ///< events among them that never reach the network
  std::string plugin_version;            ///< of the plugin that the task is from; empty: none
  std::string plugin_file;
};

struct SampleRequest {
  std::size_t split = 0;
  std::uint64_t index = 0;
  std::uint64_t seed = 0;
  std::size_t steps = 0;    ///< the requested T
  double time_scale = 1.0;  ///< factor on event times before binning
};

/// One sample with what its loss needs.
struct Sample {
  std::shared_ptr<const InputSample> input;
  std::shared_ptr<const PreparedInput> prepared;  ///< what the backend has prepared from it; set by the loader
  std::int32_t label = -1;
  std::vector<float> target;  ///< [T][targets]
};

struct SampleInfo {
  std::int32_t label = -1;
  std::int32_t group = -1;  ///< speaker, writer, …; −1: none
};

/// The network's answer to a batch. Labels and arrays are valid during the call.
struct BatchAnswer {
  double dt_ms = 1.0;
  View<const float, 3> readout;          ///< [B][T][K]
  std::span<const std::int32_t> labels;  ///< [B]
  View<const float, 3> target;           ///< [B][T][targets]
};

/// A curve in a report: one of the series of the figure that is called `plot`. Labels contain units: "time (ms)".
struct PlotSeries {
  std::string plot, series, x_label, y_label;
  std::vector<double> x, y;  ///< of equal length; a y that is NaN interrupts the curve
};

/// Sums the task's own metrics over the batches of one evaluation.
class MetricAccumulator {
 public:
  virtual ~MetricAccumulator() = default;
  virtual void add(const BatchAnswer& batch) = 0;
  /// Returns one value per TaskInfo::metrics; those of metrics that the engine computes are ignored. Call once.
  virtual std::vector<double> finish() = 0;
};

/// An opened task. fill() and sample_info() may be called from several threads at once; the other functions only from
/// one. All throw DataError or PluginError.
class Task {
 public:
  virtual ~Task() = default;
  [[nodiscard]] virtual const TaskInfo& info() const = 0;
  [[nodiscard]] virtual Sample fill(const SampleRequest& request) const = 0;
  [[nodiscard]] virtual SampleInfo sample_info(std::size_t split, std::uint64_t index) const = 0;
  /// Returns the value of the LossKind::callback term and writes its gradient; d_readout [B][T][K] is zero before.
  virtual double loss_callback(const BatchAnswer& batch, std::span<float> d_readout) const = 0;
  /// Called only if a metric is the task's own.
  [[nodiscard]] virtual std::unique_ptr<MetricAccumulator> metrics() const = 0;
  /// The task's own curves for a report, from the answers of a trained network; empty if it has none.
  [[nodiscard]] virtual std::vector<PlotSeries> plots(const BatchAnswer& batch) const = 0;
};

}  // namespace hetsyn
