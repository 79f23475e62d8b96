#pragma once
#include <cstddef>
#include <cstdint>
#include <hetsyn/view.hpp>
#include <optional>
#include <span>
#include <vector>

#include "dynamics/loss.hpp"
#include "state/fields.hpp"
#include "state/layout.hpp"

/// Handles of a backend's forward pass: its readout, its losses and its backward pass. Handles may be copied; the
/// backend owns the data and must outlive them. A handle is valid until the backend's next forward pass, and that of a
/// loss until the next loss of the same pass; after that, its methods throw RunError.
namespace hetsyn {

class Backend;

/// Losses with the labels and targets that they need; see dynamics/loss.hpp.
struct BatchLosses {
  std::span<const LossTerm> terms;       ///< none of kind callback
  std::span<const std::int32_t> labels;  ///< [B]; for terms with labels
  std::span<const float> target;         ///< [B][T][K]; for trace_mse
  double dt_ms = 1.0;                    ///< for rate terms
};

/// Whether the gradients of a loss are computed and kept for a backward pass.
enum class LossGradients : std::uint8_t { none, kept };

/// B, T and K.
struct ReadoutShape {
  std::size_t samples = 0, steps = 0, outputs = 0;
  [[nodiscard]] std::size_t size() const { return samples * steps * outputs; }
  [[nodiscard]] View<const float, 3>::Extents extents() const { return {samples, steps, outputs}; }
};

/// Gradients dL/dz_j that are the same for all samples and steps (rate regulariser): [populations][N]. An empty vector,
/// or none at all, means zeros.
using SpikeGradients = std::span<const std::vector<float>>;

/// Where the backward pass starts if the caller has computed the loss.
struct OutputGradients {
  std::span<const float> readout;  ///< dL/dreadout [B][T][K]
  SpikeGradients spikes;
};

/// What the metrics of a batch are computed from; see dynamics/metric.hpp. The spans must stay valid as
/// long as the handle of the metrics is used.
struct BatchMetrics {
  std::span<const LossTerm> decisions;           ///< losses whose scores decide the class
  std::optional<std::span<const float>> target;  ///< [B][T][K] if squared errors are wanted
};

/// The values of each sample that metrics sum up.
struct MetricValues {
  std::vector<std::vector<std::int32_t>> classes;  ///< [decisions][B]
  std::vector<double> squared_errors;              ///< [B], Σ over steps and outputs; empty without a target
};

/// Metrics that a device may still be computing.
class PendingMetrics {
 public:
  /// Blocks until they are computed. The reference is valid until the pass ends or computes other metrics.
  [[nodiscard]] const MetricValues& values() const;

 private:
  friend class BackendPass;
  PendingMetrics(Backend& backend, std::uint64_t metrics) : backend_(&backend), metrics_(metrics) {}

  Backend* backend_;
  std::uint64_t metrics_;  ///< counts the backend's metrics
};

/// The value of a loss that a device may still be computing.
class PendingLoss {
 public:
  /// The sum of all terms with their weights. Blocks until it is computed.
  [[nodiscard]] double value() const;

 protected:
  friend class BackendPass;
  PendingLoss(Backend& backend, std::uint64_t loss) : backend_(&backend), loss_(loss) {}
  /// The backend. Throws RunError if this is not its last loss.
  [[nodiscard]] Backend& current() const;

 private:
  Backend* backend_;
  std::uint64_t loss_;  ///< counts the backend's losses
};

/// A loss whose gradients the backend has kept.
class KeptLoss : public PendingLoss {
 public:
  /// Exact BPTT of the pass; adds to the gradients of the parameters. Does not wait for a device. Allowed once per
  /// pass.
  void backward() const;
  /// The same for losses without a rate term, with gradients of rates that the caller has computed.
  void backward(SpikeGradients d_spike) const;

 private:
  friend class TapedPass;
  KeptLoss(Backend& backend, std::uint64_t loss) : PendingLoss(backend, loss) {}
};

/// The readout and spikes of a batch. Methods that return values block until the device has computed them.
class BackendPass {
 public:
  [[nodiscard]] const NetworkLayout& network() const;
  [[nodiscard]] const ReadoutShape& shape() const { return shape_; }
  /// [B][T][K]: V^out of a leaky-integrator readout, spikes (0 or 1) of a spiking one. A device copies it to the host
  /// at the first call.
  [[nodiscard]] View<const float, 3> readout() const;
  /// Lets a device start to copy the readout to the host, for a later readout(); does not block.
  void request_readout() const;
  /// [B][N]: number of spikes of each neuron of a spiking population; empty for other populations.
  [[nodiscard]] View<const float, 2> spike_counts(std::size_t population) const;
  /// [B][T][N] of Field::spike or Field::potential, for recordings and tests. The backward pass overwrites potentials:
  /// after it, they throw RunError.
  [[nodiscard]] std::vector<float> tape(Field field, std::size_t population) const;

  /// Starts to compute the value of losses, without gradients; does not block. Throws DataError for a label outside [0,
  /// K) and for a target of another shape.
  [[nodiscard]] PendingLoss loss(const BatchLosses& losses) const;
  /// Starts to compute metrics; does not block. A device computes them before work that is requested later, such as the
  /// backward pass. Throws DataError for a target of another shape, or if no step is left.
  [[nodiscard]] PendingMetrics metrics(const BatchMetrics& metrics) const;

 protected:
  friend class Backend;
  BackendPass(Backend& backend, std::uint64_t pass, const ReadoutShape& shape)
      : backend_(&backend), pass_(pass), shape_(shape) {}
  /// The backend. Throws RunError if this is not its last pass.
  [[nodiscard]] Backend& current() const;

 private:
  Backend* backend_;
  std::uint64_t pass_;  ///< counts the backend's passes
  ReadoutShape shape_;
};

/// A forward pass with a tape, for one backward pass. Readout and spikes remain available after it.
class TapedPass : public BackendPass {
 public:
  /// Like loss(), but also keeps the gradients for the backward pass.
  [[nodiscard]] KeptLoss loss_with_gradients(const BatchLosses& losses) const;
  /// Exact BPTT from a loss that the caller has computed; adds to the gradients of the parameters. Allowed once per
  /// pass. `d_input` receives dL/dx [B][T][inputs] unless it is empty; a spike counts as a number whose value is 1.
  void backward(const OutputGradients& gradients, std::span<float> d_input = {}) const;

 private:
  friend class Backend;
  TapedPass(Backend& backend, std::uint64_t pass, const ReadoutShape& shape) : BackendPass(backend, pass, shape) {}
};

}  // namespace hetsyn
