#pragma once
#include <cstddef>
#include <cstdint>

#include "base/hd.hpp"
#include "dynamics/neuron.hpp"
#include "dynamics/surrogate.hpp"

/// What kernels are given: addresses on the device and plain numbers. B samples, T steps, N neurons (post of a
/// projection, pre of the next). A spike is a bit: [B][W][N] words of 32 steps, W = ⌈T/32⌉, step t at bit t mod 32;
/// bits past T are 0. Parameters and gradients are [post][pre], as in the engine's flat blocks.
namespace hetsyn::cuda {

inline constexpr unsigned kWordSteps = 32;  // steps of a word of spikes
inline constexpr unsigned kBlockSteps = 8;  // steps that a kernel holds in registers; a part of a word

HETSYN_HD unsigned divide_up(unsigned n, unsigned by) { return (n + by - 1) / by; }

struct BatchShape {
  unsigned samples = 0;  ///< B
  unsigned steps = 0;    ///< T

  [[nodiscard]] HETSYN_HD unsigned words() const { return divide_up(steps, kWordSteps); }
  /// Row of [B][T][…].
  [[nodiscard]] HETSYN_HD std::size_t row(unsigned sample, unsigned step) const {
    return std::size_t{sample} * steps + step;
  }
  /// Row of [B][W][…]; `word` is step / 32.
  [[nodiscard]] HETSYN_HD std::size_t word_row(unsigned sample, unsigned word) const {
    return std::size_t{sample} * words() + word;
  }
};

/// A projection. Where neurons share a decay its synapses have no state: their decay is taken for 0, and what they sum
/// up decays in the neuron.
struct Synapses {
  const float* w;  ///< [post][pre]
  const float* r;  ///< [post][pre]; null where decays are shared
  unsigned post, pre;
};

/// What a projection receives from spikes.
struct SpikeInput {
  const std::uint32_t* words;  ///< [B][W][pre]
  const std::uint32_t* keep;   ///< mask of dropout [B][W][pre]; null: every spike arrives
  float value;                 ///< of a spike: 1, or 1/(1 − p) after dropout
  bool delayed;                ///< step t receives the spikes of step t − 1, as in a recurrent projection
};

/// Values per step.
struct AnalogInput {
  const float* values;  ///< [B][T][pre]
};

/// Where the sums of a projection go; what is not trained stays as it is.
struct SynapseGradients {
  float* d_w;                    ///< [post][pre]
  float* d_r;                    ///< [post][pre]; null where decays are shared
  const std::uint8_t* trains_w;  ///< [post][pre]
  const std::uint8_t* trains_r;  ///< [post][pre]; null where decays are shared
};

/// The neurons of a population.
struct Neurons {
  unsigned size;        ///< N
  bool spiking;         ///< false: V is the sum of currents
  bool tied;            ///< κ_j = r_j
  bool per_projection;  ///< `decay` is that of the recurrent synapses alone; what comes from below has decayed already
  NeuronConstants<float> constants;
  const float* decay;   ///< shared decays r [N] or [1]; null where each synapse has its own
  unsigned decay_step;  ///< 1, or 0 where all have one
  SurrogateConstants<float> surrogate;
};

/// What the forward pass of a population leaves. No field but potential where it does not spike.
struct NeuronTape {
  float* potential;       ///< [B][T][N] holds the sum of feed-forward currents before, V after
  float* current;         ///< [B][T][N] U, or U − J where the reset decay is tied; null unless `decay` is trained
  std::uint32_t* spikes;  ///< [B][W][N]
  float* counts;          ///< [B][N] spikes of the pass
};

/// What the backward pass of a population takes and leaves.
struct NeuronGradient {
  const float* d_output;     ///< [B][T][N] dL/dz (dL/dV where it does not spike) from the loss and the population above
  const float* d_constant;   ///< [N] the same at all steps of all samples; null: none
  float* potential;          ///< [B][T][N] V before; g = dL/dV after, or λ where decays are shared
  float* recurrent_adjoint;  ///< [B][T][N] λ of the recurrent synapses, where per_projection: `potential` is g then
};

/// What a neuron keeps from step to step.
struct CellState {
  NeuronState<float> neuron;
  float spike = 0.0F;
  float current = 0.0F;    ///< U, where decays are shared
  std::uint32_t word = 0;  ///< spikes of the steps of this word so far
  float count = 0.0F;      ///< of spikes
};

/// What the adjoint of a neuron keeps.
struct CellAdjointState {
  NeuronAdjoint<float> neuron;
  float lambda = 0.0F;  ///< dL/dU, where decays are shared
};

}  // namespace hetsyn::cuda
