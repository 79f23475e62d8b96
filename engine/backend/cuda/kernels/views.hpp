#pragma once
#include <cstddef>
#include <cstdint>

#include "base/hd.hpp"
#include "dynamics/neuron.hpp"
#include "dynamics/surrogate.hpp"

/// Arguments of kernels: addresses on the device and plain numbers. B samples, T steps, N neurons (post of a
/// projection, pre of the next). A spike is a bit: [B][W][N] words of 32 steps, W = ⌈T/32⌉, step t at bit t mod 32;
/// bits past T are 0. Parameters and gradients are [post][pre], as in the engine's flat blocks.
namespace hetsyn::cuda {

inline constexpr unsigned kWordSteps = 32;  // steps of a word of spikes
inline constexpr unsigned kBlockSteps = 8;  // steps that a kernel holds in registers; divides a word

HETSYN_HD unsigned divide_up(unsigned n, unsigned by) { return (n + by - 1) / by; }

struct BatchShape {
  unsigned samples = 0;  ///< B
  unsigned steps = 0;    ///< T

  [[nodiscard]] HETSYN_HD unsigned words() const { return divide_up(steps, kWordSteps); }
  /// Index of a row of [B][T][…].
  [[nodiscard]] HETSYN_HD std::size_t row(unsigned sample, unsigned step) const {
    return std::size_t{sample} * steps + step;
  }
  /// Index of a row of [B][W][…]; `word` is step / 32.
  [[nodiscard]] HETSYN_HD std::size_t word_row(unsigned sample, unsigned word) const {
    return std::size_t{sample} * words() + word;
  }
};

/// A projection. If neurons share a decay, its synapses have no state: they have a decay of 0, and their sum decays in
/// the neuron.
struct Synapses {
  const float* w;  ///< [post][pre]
  const float* r;  ///< [post][pre]; null where decays are shared
  unsigned post, pre;
};

/// The spikes that a projection receives.
struct SpikeInput {
  const std::uint32_t* words;  ///< [B][W][pre]
  const std::uint32_t* keep;   ///< mask of dropout [B][W][pre]; null: every spike arrives
  float value;                 ///< of a spike: 1, or 1/(1 − p) after dropout
  bool delayed;                ///< step t receives the spikes of step t − 1, as in a recurrent projection
};

/// Analog input: values per step.
struct AnalogInput {
  const float* values;  ///< [B][T][pre]
};

/// Destination of a projection's gradients; elements that are not trained stay unchanged.
struct SynapseGradients {
  float* d_w;                    ///< [post][pre]
  float* d_r;                    ///< [post][pre]; null where decays are shared
  const std::uint8_t* trains_w;  ///< [post][pre]
  const std::uint8_t* trains_r;  ///< [post][pre]; null where decays are shared
  bool trains_all_w;             ///< trains_w is true for all synapses
};

/// The neurons of a population.
struct Neurons {
  unsigned size;  ///< N
  bool spiking;   ///< false: V is the sum of currents
  bool tied;      ///< κ_j = r_j
  bool
      per_projection;  ///< `decay` belongs to the recurrent synapses alone; the feed-forward current has decayed before
  NeuronConstants<float> constants;
  const float* decay;                ///< shared decays r [N] or [1]; null where each synapse has its own
  unsigned decay_step;               ///< 1; 0 if all neurons share one decay
  bool adlif;                        ///< their state is an AdlifState
  const float* adaptation_decay;     ///< ρ_a [N] or [1]; null: that in `constants`
  const float* adaptation;           ///< b likewise
  const float* membrane_adaptation;  ///< m likewise
  unsigned adaptation_step;          ///< 1; 0 if all neurons share the three
  SurrogateConstants<float> surrogate;
};

/// Results of a population's forward pass. Without spikes only `potential` is set.
struct NeuronTape {
  float* potential;       ///< [B][T][N] holds the sum of feed-forward currents before, V after
  float* current;         ///< [B][T][N] U, or U − J if the reset decay is tied; null unless `decay` is trained
  std::uint32_t* spikes;  ///< [B][W][N]
  float* counts;          ///< [B][N] spikes of the pass
};

/// Input and output of a population's backward pass.
struct NeuronGradient {
  const float* d_output;     ///< [B][T][N] dL/dz (dL/dV where it does not spike) from the loss and the population above
  const float* d_constant;   ///< [N] the same at all steps of all samples; null: none
  float* potential;          ///< [B][T][N] V before; afterwards g = dL/dV, or λ if decays are shared
  float* recurrent_adjoint;  ///< [B][T][N] λ of the recurrent synapses if per_projection; `potential` is g then
  float* d_adaptation;       ///< [3][B][N] dL/dρ_a, dL/db and dL/dm of each sample; null: not wanted
};

/// State of a neuron between steps.
template <bool kAdlif>
struct CellState {
  StateOf<kAdlif, float> neuron;
  float spike = 0.0F;
  float current = 0.0F;    ///< U, if decays are shared
  std::uint32_t word = 0;  ///< spikes of the steps of this word so far
  float count = 0.0F;      ///< of spikes
};

/// State of a neuron's adjoint between steps.
template <bool kAdlif>
struct CellAdjointState {
  NeuronAdjoint<float> neuron;
  float lambda = 0.0F;  ///< dL/dU, if decays are shared
};
template <>
struct CellAdjointState<true> {
  AdlifAdjoint<float> neuron;
  float lambda = 0.0F;
  AdaptationGradient<float> adaptation;
};

}  // namespace hetsyn::cuda
