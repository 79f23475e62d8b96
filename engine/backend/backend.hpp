#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/forward_pass.hpp"
#include "backend/host_loss.hpp"
#include "core/communicator.hpp"
#include "core/share.hpp"
#include "dynamics/optimizer.hpp"
#include "state/parameters.hpp"
#include "state/spikes.hpp"

/// The interface between training and the device that computes. A backend is chosen once per run, and owns parameters,
/// gradients, moments and tape.
namespace hetsyn {

/// Selects the dropout masks of a forward pass; see dropout_keeps() in backend/dropout.hpp.
struct DropoutKey {
  static constexpr std::uint32_t kTag = 0x64726F70;  ///< "drop", which no RandomPurpose has as its number

  std::uint64_t seed = 0;
  std::uint64_t pass = 0;  ///< number of the forward pass in the run
  std::uint32_t first_sample =
      0;  ///< position of this batch's first sample in the whole (accumulated, distributed) batch
};

struct ForwardOptions {
  bool keep_tape = true;              ///< a backward pass may follow
  std::optional<DropoutKey> dropout;  ///< absent: no dropout (evaluation)
};

/// One optimizer step for all groups.
struct OptimizerStep {
  OptimizerKind kind = OptimizerKind::adamw;
  std::vector<OptimizerConstants<double>> groups;  ///< one per ParameterLayout group
};

class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual const NetworkLayout& network() const = 0;
  [[nodiscard]] virtual const ParameterLayout& layout() const = 0;

  /// Copies a whole block out of or into the backend; values has layout().size elements. Blocks until it is done.
  virtual void read(Block block, std::span<float> values) const = 0;
  virtual void write(Block block, std::span<const float> values) = 0;
  /// The block in the memory of this backend, valid as long as the backend; empty if it is not on the host as floats.
  [[nodiscard]] virtual std::span<const float> memory_of(Block /*block*/) const { return {}; }

  /// Derives from a sample what a forward pass would otherwise have to compute each time. The loader calls it in
  /// advance, and only once for samples that are cached. Thread-safe. Null if the backend prepares nothing. Throws
  /// DataError.
  [[nodiscard]] virtual std::shared_ptr<const PreparedInput> prepare(const InputSample& /*sample*/, InputKind /*kind*/,
                                                                     std::size_t /*steps*/) const {
    return nullptr;
  }

  /// Runs all T steps for the batch, without a tape. Throws DataError for a batch that does not fit the network.
  BackendPass forward(const InputBatch& batch);
  /// The same with a tape for a backward pass.
  TapedPass forward_with_tape(const InputBatch& batch, const std::optional<DropoutKey>& dropout = std::nullopt);

  virtual void zero_gradients() = 0;
  /// Replaces the gradients of each rank by the sums over all ranks. This implementation copies them through host
  /// memory.
  virtual void sum_gradients(Communicator& ranks) {
    if (ranks.size() == 1) return;
    std::vector<float> gradients(layout().size);
    read(Block::gradients, gradients);
    ranks.sum(gradients);
    write(Block::gradients, gradients);
  }
  /// The Euclidean norm of the gradients of all trainable elements, those of decays with respect to the θ of `decays`.
  /// Blocks.
  [[nodiscard]] virtual double gradient_norm(const DecayMap& decays) const = 0;
  virtual void update(const OptimizerStep& step) = 0;

 protected:
  // The operations of a pass. The classes of backend/forward_pass.hpp call them and have checked order and sizes.

  /// `batch` has been checked against the network.
  virtual void run_forward(const InputBatch& batch, const ForwardOptions& options) = 0;
  [[nodiscard]] virtual std::span<const float> readout() = 0;
  /// Starts copying the readout from a device to the host. Does not block.
  virtual void request_readout() {}
  [[nodiscard]] virtual std::span<const float> spike_counts(std::size_t population) const = 0;
  /// Throws DataError for a field that is not on the tape.
  [[nodiscard]] virtual std::vector<float> tape(Field field, std::size_t population) = 0;
  /// Writes dL/dx into `d_input` unless it is empty.
  virtual void run_backward(const OutputGradients& gradients, std::span<float> d_input) = 0;

  /// Overridden by backends that compute losses on their device. Returns false if the host must compute them from
  /// readout and spike counts.
  [[nodiscard]] virtual bool start_loss(const BatchLosses& /*losses*/, LossGradients /*wanted*/) { return false; }
  /// The value of the last start_loss() that returned true. May block.
  [[nodiscard]] virtual double finish_loss() const { return 0.0; }
  /// The same for metrics.
  [[nodiscard]] virtual bool start_metrics(const BatchMetrics& /*metrics*/) { return false; }
  [[nodiscard]] virtual MetricValues finish_metrics() { return {}; }
  /// Starts from the gradients that the loss has stored; `d_spike`, if given, replaces those of rate terms.
  virtual void run_backward_of_loss(const std::optional<SpikeGradients>& /*d_spike*/) {}

 private:
  friend class BackendPass;
  friend class TapedPass;
  friend class PendingLoss;
  friend class KeptLoss;
  friend class PendingMetrics;

  void start_pass(const InputBatch& batch, const ForwardOptions& options);
  void start_losses(const BatchLosses& losses, LossGradients wanted);
  void use_tape();
  void start(const BatchMetrics& metrics);

  std::uint64_t passes_ = 0;     ///< so far
  std::uint64_t losses_ = 0;     ///< so far
  bool has_loss_ = false;        ///< the last loss is from the last pass
  bool has_tape_ = false;        ///< the last pass kept a tape that no backward pass has used
  bool has_potentials_ = false;  ///< the last pass has stored them, and no backward pass has overwritten them
  ReadoutShape shape_;           ///< that of the last pass
  bool loss_on_host_ = false;
  bool loss_has_rates_ = false;
  HostLosses<float> host_losses_;

  std::uint64_t metrics_ = 0;  ///< so far
  bool has_metrics_ = false;   ///< the last metrics are from the last pass
  bool metrics_on_host_ = false;
  BatchMetrics wanted_metrics_;
  std::optional<MetricValues> metric_values_;  ///< set when they are first read
};

/// The precision to which matrix products round their factors: 24, 11 and 8 significant bits. Sums are always float32.
enum class MatmulPrecision : std::uint8_t { float32, tf32, bfloat16 };
inline constexpr std::array<std::string_view, 3> kMatmulPrecisionNames{"float32", "tf32", "bfloat16"};

/// Steps of a part of a tape, at least: the state of the synapses between two parts takes as much memory as the tape of
/// some hundred steps.
inline constexpr std::size_t kLeastTapePart = 1024;

struct BackendOptions {
  Share on_machine = {};      ///< rank among those of this machine, which selects the device of cuda
  int threads = 0;            ///< 0: all cores
  std::string_view isa = {};  ///< one of BackendInfo::instruction_sets; empty: the first
  MatmulPrecision matmul_precision = MatmulPrecision::float32;  ///< one of BackendInfo::precisions
  /// The steps are divided into so many parts at most, of which only one has its tape in memory. The backward pass then
  /// runs the others forward again; results are the same. More than 1 only with BackendInfo::divides_tape.
  std::size_t tape_parts = 1;
};

/// Memory for one purpose.
struct MemoryUse {
  std::string_view name;  ///< "parameters", "tape", …
  std::size_t bytes = 0;
};

/// The memory that a backend will allocate for training, computed without allocating it. Arrays that grow neither with
/// synapses nor with steps are left out.
struct BackendMemory {
  std::vector<MemoryUse> uses;
  double prepared_bytes = 0.0;  ///< result of Backend::prepare() per sample
};

/// The capabilities of a backend. No other code depends on the name of a backend.
struct BackendInfo {
  std::string_view name;  ///< "cuda", "cpu", "reference"
  std::string_view meaning;
  std::span<const MatmulPrecision> precisions;          ///< for matrix products
  bool divides_tape;                                    ///< BackendOptions::tape_parts may be more than 1
  std::vector<std::string_view> (*instruction_sets)();  ///< those of this machine, best first; empty: no choice
  std::string (*unavailable)();  ///< the reason why this machine cannot run it, as one clause, or ""
  std::string (*description)();  ///< of its device, if it is available; or ""
  std::string (*why_not)(
      const NetworkLayout& network);  ///< the reason why it cannot run a network, as one clause, or ""
  std::unique_ptr<Backend> (*create)(NetworkState state, const BackendOptions& options);
  /// For training with batches like `batch`, whose samples are typical, with dropout.
  BackendMemory (*memory)(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);
};

/// All backends, preferred ones first, including those that this machine cannot run.
std::span<const BackendInfo> backends();
/// Throws UsageError for an unknown name. "auto" is the first of backends() that is available.
const BackendInfo& find_backend(std::string_view name);
/// Throws ConfigError for a network that no backend can run or a precision that this one lacks, and RunError if the
/// backend is not available or cannot run this network.
std::unique_ptr<Backend> make_backend(const BackendInfo& info, NetworkState state, const BackendOptions& options);
/// The same by name. Also throws like find_backend().
std::unique_ptr<Backend> make_backend(std::string_view name, NetworkState state, const BackendOptions& options);

}  // namespace hetsyn
