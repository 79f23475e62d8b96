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

/// The port between training and the machine: verbs only. A backend is chosen once per run and owns parameters,
/// gradients, moments and tape.
namespace hetsyn {

/// Names the dropout masks of one forward pass; see dropout_keeps() in backend/dropout.hpp.
struct DropoutKey {
  static constexpr std::uint32_t kTag = 0x64726F70;  ///< "drop": no RandomPurpose has these draws

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

  /// Copies a whole block out of or into the backend; values has layout().size elements.
  virtual void read(Block block, std::span<float> values) const = 0;
  virtual void write(Block block, std::span<const float> values) = 0;

  /// What a forward pass would otherwise derive from the sample itself, made ahead of it: by the loader, and once where
  /// samples are kept. Thread-safe. Null where a backend prepares nothing. Throws DataError.
  [[nodiscard]] virtual std::shared_ptr<const PreparedInput> prepare(const InputSample& /*sample*/, InputKind /*kind*/,
                                                                     std::size_t /*steps*/) const {
    return nullptr;
  }

  /// Runs all T steps for the batch, without a tape. Throws DataError for a batch that does not fit the network.
  BackendPass forward(const InputBatch& batch);
  /// The same with a tape for a backward pass.
  TapedPass forward_with_tape(const InputBatch& batch, const std::optional<DropoutKey>& dropout = std::nullopt);

  virtual void zero_gradients() = 0;
  /// Makes the gradients of each rank those of all. The way here is through host memory; a device may have its own.
  virtual void sum_gradients(Communicator& ranks) {
    if (ranks.size() == 1) return;
    std::vector<float> gradients(layout().size);
    read(Block::gradients, gradients);
    ranks.sum(gradients);
    write(Block::gradients, gradients);
  }
  /// Euclidean norm over all trainable elements.
  [[nodiscard]] virtual double gradient_norm() const = 0;
  virtual void update(const OptimizerStep& step) = 0;

 protected:
  // The steps of a pass, called by the handles of backend/forward_pass.hpp, which have checked order and sizes.

  /// `batch` fits the network.
  virtual void run_forward(const InputBatch& batch, const ForwardOptions& options) = 0;
  [[nodiscard]] virtual std::span<const float> readout() = 0;
  /// Starts to copy the readout from a device.
  virtual void request_readout() {}
  [[nodiscard]] virtual std::span<const float> spike_counts(std::size_t population) const = 0;
  /// Throws DataError for a field that is not on the tape.
  [[nodiscard]] virtual std::vector<float> tape(Field field, std::size_t population) const = 0;
  virtual void run_backward(const OutputGradients& gradients) = 0;

  /// What a backend that computes losses where its answer is overrides. False where it leaves these to the host, which
  /// then reads readout and spike counts.
  [[nodiscard]] virtual bool start_loss(const BatchLosses& /*losses*/, LossGradients /*wanted*/) { return false; }
  /// Of the last start_loss() that returned true; may block.
  [[nodiscard]] virtual double finish_loss() const { return 0.0; }
  /// The same for metrics.
  [[nodiscard]] virtual bool start_metrics(const BatchMetrics& /*metrics*/) { return false; }
  [[nodiscard]] virtual MetricValues finish_metrics() { return {}; }
  /// From the gradients that it kept; `d_spike`, where given, takes the place of those of rates.
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
  bool has_loss_ = false;        ///< the last loss is one of the last pass
  bool has_tape_ = false;        ///< the last pass kept a tape that no backward pass has used
  bool has_potentials_ = false;  ///< the last pass has left them, and no backward pass has overwritten them
  ReadoutShape shape_;           ///< of the last pass
  bool loss_on_host_ = false;
  bool loss_has_rates_ = false;
  HostLosses<float> host_losses_;

  std::uint64_t metrics_ = 0;  ///< so far
  bool has_metrics_ = false;   ///< the last metrics are of the last pass
  bool metrics_on_host_ = false;
  BatchMetrics wanted_metrics_;
  std::optional<MetricValues> metric_values_;  ///< once they were asked for
};

/// What products of matrices round their factors to; sums are float32 in each. Factors have 24, 11 and 8 significant
/// bits.
enum class MatmulPrecision : std::uint8_t { float32, tf32, bfloat16 };
inline constexpr std::array<std::string_view, 3> kMatmulPrecisionNames{"float32", "tf32", "bfloat16"};

struct BackendOptions {
  Share on_machine = {};      ///< among the ranks of this machine; cuda: which of its devices
  int threads = 0;            ///< 0: all cores
  std::string_view isa = {};  ///< one of BackendInfo::instruction_sets; empty: the first
  MatmulPrecision matmul_precision = MatmulPrecision::float32;  ///< one of BackendInfo::precisions
};

/// Memory with one purpose.
struct MemoryUse {
  std::string_view name;  ///< "parameters", "tape", …
  std::size_t bytes = 0;
};

/// What a backend holds while it trains, computed from the sizes that it allocates, without allocating them. Left out
/// is what grows with neither synapses nor steps.
struct BackendMemory {
  std::vector<MemoryUse> uses;
  double prepared_bytes = 0.0;  ///< of Backend::prepare() per sample
};

/// What a backend can do: what the engine asks here, it need not know of a backend by name.
struct BackendInfo {
  std::string_view name;  ///< "cuda", "cpu", "reference"
  std::string_view meaning;
  std::span<const MatmulPrecision> precisions;           ///< of products of matrices
  std::vector<std::string_view> (*instruction_sets)();   ///< that this machine has, best first; empty: no choice
  std::string (*unavailable)();                          ///< why this machine cannot run it, as one clause, or ""
  std::string (*description)();                          ///< of its device, where it is available; or ""
  std::string (*why_not)(const NetworkLayout& network);  ///< why it cannot run a network, as one clause, or ""
  std::unique_ptr<Backend> (*create)(NetworkState state, const BackendOptions& options);
  /// For batches like `batch`, whose samples stand for all; dropout is on.
  BackendMemory (*memory)(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);
};

/// All backends, preferred first, also those that this machine cannot run.
std::span<const BackendInfo> backends();
/// Throws UsageError for an unknown name; "auto" is the first of backends() that is available.
const BackendInfo& find_backend(std::string_view name);
/// Throws ConfigError for a network that no backend can run or a precision that this one does not have, and RunError
/// where the backend is not available or cannot run this network.
std::unique_ptr<Backend> make_backend(const BackendInfo& info, NetworkState state, const BackendOptions& options);
/// The same by name; throws as find_backend().
std::unique_ptr<Backend> make_backend(std::string_view name, NetworkState state, const BackendOptions& options);

}  // namespace hetsyn
