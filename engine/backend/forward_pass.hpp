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

/// What a backend hands out for a forward pass: the network's answer, the losses of it, and the way back. These are
/// handles, to be copied freely; the backend, which outlives them, owns what they lead to. A handle is valid until the
/// backend's next forward pass, and that of a loss until the next loss of the same pass; after that, its methods throw
/// RunError.
namespace hetsyn {

class Backend;

/// What a task's losses need beside the network's answer; see dynamics/loss.hpp.
struct BatchLosses {
  std::span<const LossTerm> terms;       ///< none of kind callback
  std::span<const std::int32_t> labels;  ///< [B]; for terms with labels
  std::span<const float> target;         ///< [B][T][K]; for trace_mse
  double dt_ms = 1.0;                    ///< for rate
};

/// Whether a loss is computed for its value alone, or also keeps the gradients for a backward pass.
enum class LossGradients : std::uint8_t { none, kept };

/// B, T and K.
struct ReadoutShape {
  std::size_t samples = 0, steps = 0, outputs = 0;
  [[nodiscard]] std::size_t size() const { return samples * steps * outputs; }
  [[nodiscard]] View<const float, 3>::Extents extents() const { return {samples, steps, outputs}; }
};

/// Gradients dL/dz_j that are the same for all samples and steps (rate regulariser): [populations][N], where an empty
/// vector, or no vector at all, stands for zeros.
using SpikeGradients = std::span<const std::vector<float>>;

/// What the backward pass starts from, where the caller has computed the loss.
struct OutputGradients {
  std::span<const float> readout;  ///< dL/dreadout [B][T][K]
  SpikeGradients spikes;
};

/// What metrics are taken of; see dynamics/metric.hpp. What this leads to outlives the handle that it is given for.
struct BatchMetrics {
  std::span<const LossTerm> decisions;           ///< by which classes are decided
  std::optional<std::span<const float>> target;  ///< [B][T][K] where squared errors are wanted
};

/// What the metrics of a batch are sums of.
struct MetricValues {
  std::vector<std::vector<std::int32_t>> classes;  ///< [decisions][B]
  std::vector<double> squared_errors;              ///< [B], Σ over steps and outputs; empty without a target
};

/// Metrics, which a device may still be computing.
class PendingMetrics {
 public:
  /// Blocks until the backend has computed them. Valid until the pass ends, or other metrics of it are asked for.
  [[nodiscard]] const MetricValues& values() const;

 private:
  friend class BackendPass;
  PendingMetrics(Backend& backend, std::uint64_t metrics) : backend_(&backend), metrics_(metrics) {}

  Backend* backend_;
  std::uint64_t metrics_;  ///< number of the metrics in the backend's life
};

/// The value of losses, which a device may still be computing.
class PendingLoss {
 public:
  /// Weights included. Blocks until the backend has computed it.
  [[nodiscard]] double value() const;

 protected:
  friend class BackendPass;
  PendingLoss(Backend& backend, std::uint64_t loss) : backend_(&backend), loss_(loss) {}
  /// The backend, while this is its last loss.
  [[nodiscard]] Backend& current() const;

 private:
  Backend* backend_;
  std::uint64_t loss_;  ///< number of the loss in the backend's life
};

/// Losses whose gradients the backend has kept.
class KeptLoss : public PendingLoss {
 public:
  /// Exact BPTT of the pass; adds to the gradients of the parameters, and waits for no device. Once per pass.
  void backward() const;
  /// The same with gradients of rates that the caller has computed, for losses without a rate term.
  void backward(SpikeGradients d_spike) const;

 private:
  friend class TapedPass;
  KeptLoss(Backend& backend, std::uint64_t loss) : PendingLoss(backend, loss) {}
};

/// The network's answer to a batch. Where a device computes it, its methods block until it is there.
class BackendPass {
 public:
  [[nodiscard]] const NetworkLayout& network() const;
  [[nodiscard]] const ReadoutShape& shape() const { return shape_; }
  /// [B][T][K]: V^out of a leaky-integrator readout, spikes (0 or 1) of a spiking one. A device keeps it until it is
  /// asked for.
  [[nodiscard]] View<const float, 3> readout() const;
  /// Lets a device start to copy the readout to the host, for readout() to be called later; waits for nothing.
  void request_readout() const;
  /// [B][N]: spikes of each neuron of a spiking population; empty for another one.
  [[nodiscard]] View<const float, 2> spike_counts(std::size_t population) const;
  /// [B][T][N], for recordings and tests: Field::spike, or Field::potential. The backward pass overwrites potentials;
  /// after it they are a RunError.
  [[nodiscard]] std::vector<float> tape(Field field, std::size_t population) const;

  /// Starts to compute the value of losses, without gradients and without waiting for a device. Throws DataError for a
  /// batch without what a loss needs: a label outside [0, K), a target of another shape.
  [[nodiscard]] PendingLoss loss(const BatchLosses& losses) const;
  /// Starts to compute what metrics are made of, without waiting for a device; a device does so before what it is asked
  /// for later, such as the backward pass. Throws DataError for a target of another shape and where no step is left.
  [[nodiscard]] PendingMetrics metrics(const BatchMetrics& metrics) const;

 protected:
  friend class Backend;
  BackendPass(Backend& backend, std::uint64_t pass, const ReadoutShape& shape)
      : backend_(&backend), pass_(pass), shape_(shape) {}
  /// The backend, while this is its last pass.
  [[nodiscard]] Backend& current() const;

 private:
  Backend* backend_;
  std::uint64_t pass_;  ///< number of the pass in the backend's life
  ReadoutShape shape_;
};

/// A forward pass with a tape, which one backward pass uses up. The answer stays.
class TapedPass : public BackendPass {
 public:
  /// As loss(), and keeps the gradients for the backward pass.
  [[nodiscard]] KeptLoss loss_with_gradients(const BatchLosses& losses) const;
  /// Exact BPTT from a loss of the caller's own; adds to the gradients of the parameters. Once per pass.
  void backward(const OutputGradients& gradients) const;

 private:
  friend class Backend;
  TapedPass(Backend& backend, std::uint64_t pass, const ReadoutShape& shape) : BackendPass(backend, pass, shape) {}
};

}  // namespace hetsyn
