#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/communicator.hpp"
#include "core/share.hpp"
#include "dynamics/loss.hpp"
#include "dynamics/optimizer.hpp"
#include "state/parameters.hpp"
#include "state/spikes.hpp"

/// The port between training and the machine: verbs only. A backend is chosen once per run and owns parameters,
/// gradients, moments and tape.
namespace hetsyn {

/// Names the dropout masks of one forward pass; see dropout_keeps() in backend/dropout.hpp.
struct DropoutKey {
  std::uint64_t seed = 0;
  std::uint64_t pass = 0;  ///< number of the forward pass in the run
  std::uint32_t first_sample =
      0;  ///< position of this batch's first sample in the whole (accumulated, distributed) batch
};

struct ForwardOptions {
  bool keep_tape = true;              ///< backward() will follow
  std::optional<DropoutKey> dropout;  ///< absent: no dropout (evaluation)
};

/// What a task's losses need beside the network's answer; see dynamics/loss.hpp.
struct BatchLosses {
  std::span<const LossTerm> terms;       ///< none of kind callback
  std::span<const std::int32_t> labels;  ///< [B]; for terms with labels
  std::span<const float> target;         ///< [B][T][K]; for trace_mse
  double dt_ms = 1.0;                    ///< for rate
};

/// One optimizer step for all groups.
struct OptimizerStep {
  OptimizerKind kind = OptimizerKind::adamw;
  std::vector<OptimizerConstants<double>> groups;  ///< one per ParameterLayout group
};

class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual const NetworkLayout& network() const = 0;
  [[nodiscard]] virtual const ParameterLayout& layout() const = 0;

  /// Copies a whole block out of or into the backend; values has layout().size elements.
  virtual void read(Block block, std::span<float> values) const = 0;
  virtual void write(Block block, std::span<const float> values) = 0;

  /// What forward() would otherwise derive from the sample itself, made ahead of it: by the loader, and once where
  /// samples are kept. Thread-safe. Null where a backend prepares nothing. Throws DataError.
  [[nodiscard]] virtual std::shared_ptr<const PreparedInput> prepare(const InputSample& /*sample*/, InputKind /*kind*/,
                                                                     std::size_t /*steps*/) const {
    return nullptr;
  }
  /// Runs all T steps for the batch and writes the tape.
  virtual void forward(const InputBatch& batch, const ForwardOptions& options) = 0;
  /// [B][T][K] of the last forward(): V^out of a leaky-integrator readout, spikes (0 or 1) of a spiking one.
  [[nodiscard]] virtual std::span<const float> readout() const = 0;
  /// [B][N]: spikes of each neuron of a spiking population over the last forward().
  [[nodiscard]] virtual std::span<const float> spike_counts(std::size_t population) const = 0;

  /// Computes losses of the last forward() where its answer is, without waiting for it, and keeps their gradients for
  /// backward(). False where the backend leaves them to its caller. Throws DataError for a batch without what a loss
  /// needs: a label outside [0, K), a target of another shape.
  [[nodiscard]] virtual bool evaluate_loss(const BatchLosses& /*losses*/) { return false; }
  /// Value of what evaluate_loss() took, weights included; 0 where it took nothing since the last forward().
  [[nodiscard]] virtual double loss() const { return 0.0; }

  /// Exact BPTT of the last forward(). d_readout is dL/dreadout [B][T][K]; d_spike[p] is [N]: a gradient dL/dz_j that
  /// is the same for all samples and steps (rate regulariser), empty for none. For an argument without elements, that
  /// which evaluate_loss() kept is taken. Adds to the gradients; readout() and spike_counts() stay.
  virtual void backward(std::span<const float> d_readout, std::span<const std::vector<float>> d_spike) = 0;

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

  /// [B][T][N] of the last forward(), for recordings and tests: Field::potential (before backward()) or Field::spike.
  [[nodiscard]] virtual std::vector<float> tape(Field field, std::size_t population) const = 0;
};

/// What products of matrices round their factors to; sums are float32 in each. Factors have 24, 11 and 8 significant
/// bits.
enum class MatmulPrecision : std::uint8_t { float32, tf32, bfloat16 };

struct BackendOptions {
  Share on_machine = {};      ///< among the ranks of this machine; cuda: which of its devices
  int threads = 0;            ///< 0: all cores
  std::string_view isa = {};  ///< cpu: "baseline", "v3", "v4"; empty: the best this machine has
  MatmulPrecision matmul_precision = MatmulPrecision::float32;  ///< cuda
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

struct BackendInfo {
  std::string_view name;  ///< "cuda", "cpu", "reference"
  std::string_view meaning;
  std::string (*unavailable)();  ///< why this machine cannot run it, as one clause; empty where it can
  std::unique_ptr<Backend> (*create)(NetworkState state, const BackendOptions& options);
  /// For batches like `batch`, whose samples stand for all; dropout is on.
  BackendMemory (*memory)(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);
};

/// All backends, preferred first, also those that this machine cannot run.
std::span<const BackendInfo> backends();
/// Throws UsageError for an unknown name; "auto" is the first of backends() that is available.
const BackendInfo& find_backend(std::string_view name);
/// Throws ConfigError for a network that no backend can run or a precision that this one does not have, and RunError
/// where the backend is not available.
std::unique_ptr<Backend> make_backend(const BackendInfo& info, NetworkState state, const BackendOptions& options);
/// The same by name; throws as find_backend().
std::unique_ptr<Backend> make_backend(std::string_view name, NetworkState state, const BackendOptions& options);

}  // namespace hetsyn
