#pragma once
#include <hetsyn/configuration.hpp>
#include <hetsyn/context.hpp>
#include <hetsyn/dataset.hpp>
#include <hetsyn/exceptions.hpp>
#include <hetsyn/view.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hetsyn {

/// Describes a new network. Other keys of [model], such as thresholds and time constants, are given in `more`:
/// {{"threshold", 0.5}, {"tau_synapse_ms", …}}; docs/configuration.md lists them.
struct NetworkOptions {
  std::size_t inputs = 0;
  std::vector<std::size_t> hidden{100};  ///< neurons of each hidden population, starting next to the input
  std::size_t outputs = 0;
  bool readout = true;  ///< false: the output is the spikes of the last hidden population, whose size `outputs` must be
  std::string neuron = "hetsyn_lif";  ///< "hom_lif", "hom_alif", "het_lif" or "hetsyn_lif"
  bool recurrent = false;
  bool spiking_readout = false;
  double dt_ms = 1.0;
  std::string device = "auto";  ///< "auto", "cuda", "cpu" or "reference"
  std::uint64_t seed = 0;       ///< for weights, time constants and dropout
  std::vector<std::pair<std::string, Value>> more = {};
};

struct PopulationFacts {
  std::string name = {};  ///< "hidden1", …, "readout"
  std::size_t inputs = 0, neurons = 0;
  bool recurrent = false, spiking = true;
  std::size_t parameters = 0;  ///< trained parameters, counted as in the paper
};

/// A parameter array: "hidden1.w" [post][pre], "hidden1.r" (decays exp(−Δt/τ)), "hidden1.w_rec", "hidden1.r_rec", …
struct ArrayFacts {
  std::string name = {};
  std::size_t rows = 0, columns = 0;  ///< row-major; post, pre
  bool trainable = true;
  /// The values that its elements may have; training keeps them inside.
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
};

struct NetworkFacts {
  std::string neuron = {}, device = {};
  std::size_t inputs = 0, outputs = 0;
  double dt_ms = 1.0;
  std::vector<PopulationFacts> populations = {};
  std::vector<ArrayFacts> arrays = {};
  [[nodiscard]] std::size_t parameters() const {
    std::size_t sum = 0;
    for (const PopulationFacts& population : populations) sum += population.parameters;
    return sum;
  }
};

/// One step of an optimizer; keys and defaults are those of [train].
struct UpdateOptions {
  std::string optimizer = "adamw";  ///< "adamw", "adam" or "sgd"
  double learning_rate = 1e-3;
  /// What is updated in place of the decays: "decay" (themselves), "tau", "log_tau" or "logit".
  std::string decay_parameter = "decay";
  double decay_learning_rate_scale = 1.0;  ///< learning rate of the decay parameter divided by that of the weights
  double weight_decay = 0.0;
  double momentum = 0.0;       ///< sgd
  double gradient_clip = 0.0;  ///< largest norm of the whole gradient; 0: not clipped
};

enum class Quantity : std::uint8_t { parameter, gradient, moment1, moment2 };

/// An array with its new values.
struct NamedArray {
  std::string_view name;
  std::span<const float> values;
};

/// The dropout of a forward pass.
struct Dropout {
  bool active = true;
  /// Selects the masks: the same number gives the same ones. Absent: a new one for each pass.
  std::optional<std::uint32_t> mask = std::nullopt;
};

struct RunningNetwork;

/// The answer of a network to a batch of B samples. Every function throws UsageError after a later pass of the same
/// network, and must not be called after the network was destroyed.
class ForwardPass {
 public:
  /// [B][T][K]: membrane potentials of an integrating readout, or spikes (0 or 1) of a spiking one. The network owns
  /// the memory.
  [[nodiscard]] View<const float, 3> readout() const;
  /// [B][N]: number of spikes of each neuron of a spiking population. The network owns the memory.
  [[nodiscard]] View<const float, 2> spike_counts(std::string_view population) const;
  /// [B][T][N], 0 or 1, of a spiking population; a copy.
  [[nodiscard]] std::vector<float> spikes(std::string_view population) const;

 protected:
  friend class Network;
  ForwardPass(RunningNetwork& network, std::uint64_t pass) : network_(&network), pass_(pass) {}
  [[nodiscard]] RunningNetwork& network() const;

 private:
  RunningNetwork* network_;
  std::uint64_t pass_;
};

/// A pass that has stored what backpropagation needs.
class TrainingPass : public ForwardPass {
 public:
  /// [B][T][N] membrane potentials; a copy. Throws UsageError after backward().
  [[nodiscard]] std::vector<float> potential(std::string_view population) const;
  /// Exact backpropagation through time from dL/dreadout [B][T][K]: adds to the gradients of the network. `d_input`
  /// receives dL/dx [B][T][N] unless it is empty; of spikes, the derivative by their value, as if they were numbers.
  /// Throws UsageError for a wrong number of values, if it was called before, and if parameters have changed since the
  /// forward pass.
  void backward(std::span<const float> d_readout, std::span<float> d_input = {});

 private:
  friend class Network;
  using ForwardPass::ForwardPass;
};

/// A network without a training loop: forward and backward passes, and parameters and gradients by name. Use a network
/// from one thread at a time; several networks may be used from several threads at once. The context must outlive it.
class Network {
 public:
  /// Throws ConfigError for options that do not fit together, UsageError or RunError if the device cannot be used.
  Network(const Context& context, const NetworkOptions& options);
  ~Network();
  Network(Network&&) noexcept;
  Network& operator=(Network&&) noexcept;

  [[nodiscard]] const NetworkFacts& facts() const;
  /// The table [model] of its configuration, with all keys, as TOML.
  [[nodiscard]] std::string config_text() const;

  /// A copy of an array [rows × columns]. Throws UsageError for an unknown name, with the nearest known one.
  [[nodiscard]] std::vector<float> read(std::string_view array, Quantity quantity = Quantity::parameter) const;
  /// Replaces an array. Throws UsageError for a wrong number of values, DataError for an impossible value: one that is
  /// not finite, a decay outside 0 to 1, a weight other than 0 for an absent self-connection.
  void write(std::string_view array, std::span<const float> values, Quantity quantity = Quantity::parameter);
  /// The same for several arrays, which costs less than one after the other. Replaces none of them if it throws.
  void write(std::span<const NamedArray> arrays, Quantity quantity = Quantity::parameter);
  /// An array in the network's memory, without a copy; it always has the present values, and is valid as long as the
  /// network. Throws UsageError for an unknown name, and on devices that do not have it as floats on the host (all
  /// except cpu).
  [[nodiscard]] View<const float, 2> view(std::string_view array, Quantity quantity = Quantity::parameter) const;

  /// Writes the parameters to a file, atomically, with the keys of [model] that describe the network. SavedNetwork
  /// reads it, and networks start from it with the key model.initial. Throws RunError if it cannot be written.
  void save(const std::filesystem::path& file) const;

  /// Runs all steps of all samples, starting from zero state, and keeps the tape for backward(). Throws DataError for
  /// samples whose shape does not match the network.
  TrainingPass forward(const Samples& samples, const Dropout& dropout = {});
  /// The same without dropout and without a tape.
  ForwardPass infer(const Samples& samples);

  void zero_gradients();
  /// The Euclidean norm of the gradients of all trained arrays; those of decays are dL/dr.
  [[nodiscard]] double gradient_norm() const;
  /// Updates the parameters from the gradients, which are kept until zero_gradients(). Throws ConfigError for options
  /// out of range, RunError if the gradient must be clipped and is not finite.
  void update(const UpdateOptions& options);

 private:
  std::unique_ptr<RunningNetwork> network_;
};

}  // namespace hetsyn
