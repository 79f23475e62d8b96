#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "hetsyn/batch.hpp"
#include "hetsyn/config.hpp"
#include "hetsyn/error.hpp"
#include "hetsyn/info.hpp"
#include "hetsyn/metrics.hpp"
#include "hetsyn/poisson.hpp"
#include "hetsyn/random.hpp"
#include "hetsyn/sample.hpp"

/// The SDK for task plugins: derive from Task, end the file with HETSYN_EXPORT_TASK(MyTask), build with
/// hetsyn_add_task(). It implements the C contract of hetsyn_task.h; no exception leaves the plugin.
namespace hetsyn::sdk {

/// Receives the curves of a report.
class PlotSink {
 public:
  explicit PlotSink(const hetsyn_plot_sink& sink) : sink_(sink) {}
  /// Adds a curve to the figure that is called `plot`. Labels contain units: "time (ms)". x and y must have the same
  /// length; a y that is NaN interrupts the curve.
  void series(const std::string& plot, const std::string& name, const std::string& x_label, const std::string& y_label,
              std::span<const double> x, std::span<const double> y) const {
    if (x.size() != y.size()) {
      throw ContractError("plots(): the series '" + name + "' has " + std::to_string(x.size()) + " values of x and " +
                          std::to_string(y.size()) + " of y");
    }
    sink_.series(sink_.context, plot.c_str(), name.c_str(), x_label.c_str(), y_label.c_str(), x.data(), y.data(),
                 x.size());
  }

 private:
  const hetsyn_plot_sink& sink_;
};

/// A task. Besides these members a class needs
///     static Description description();      // name, summary, version, keys
///     explicit MyTask(const OpenArgs& args); // finds and checks the data
class Task {
 public:
  virtual ~Task() = default;

  /// Called once, after construction.
  [[nodiscard]] virtual Info info() const = 0;
  /// Makes a sample. Called from several threads at once.
  virtual void fill(const Request& request, SampleWriter& out) const = 0;
  /// Returns label and group of a sample of a split that is not drawn. Called from several threads at once.
  [[nodiscard]] virtual SampleInfo sample_info(std::uint32_t split, std::uint64_t index) const;
  /// Needed for the task's own metrics.
  [[nodiscard]] virtual std::unique_ptr<Metrics> metrics() const;
  /// Needed for Loss::callback: returns the loss (mean over the batch) and writes its gradient to d_readout [B][T][K],
  /// which is zero before.
  virtual double loss(const Batch& batch, std::span<float> d_readout) const;
  /// Curves for the HTML report of a run, from one batch after training: the samples that the report shows.
  virtual void plots(const Batch& batch, const PlotSink& sink) const;
};

inline SampleInfo Task::sample_info(std::uint32_t /*split*/, std::uint64_t /*index*/) const { return {}; }
inline std::unique_ptr<Metrics> Task::metrics() const { return nullptr; }
inline double Task::loss(const Batch& /*batch*/, std::span<float> /*d_readout*/) const {
  throw TaskError("the task has no loss of its own");
}
inline void Task::plots(const Batch& /*batch*/, const PlotSink& /*sink*/) const {}

}  // namespace hetsyn::sdk

#include "hetsyn/detail/export.hpp"

/// Exports the class as the plugin's task. Use it once, outside any namespace.
#define HETSYN_EXPORT_TASK(TaskClass)                                        \
  extern "C" HETSYN_TASK_EXPORT const hetsyn_task* hetsyn_task_entry(void) { \
    return ::hetsyn::sdk::detail::Exporter<TaskClass>::table();              \
  }
