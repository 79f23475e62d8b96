#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "backend/backend.hpp"
#include "dynamics/neuron.hpp"
#include "dynamics/surrogate.hpp"

/// What the CPU kernels share with the code that calls them. Kernels are compiled once per instruction set; each set
/// gives one KernelTable. A *strip* is `lanes` neighbouring neurons; a *block* is 8 time steps.
///
/// Layouts (S strips, W lanes, Tp = steps rounded up to blocks):
///   potentials, adjoints   [S][Tp][W], strips `TimeShape::strip_stride` floats apart
///   synapses, post-lane    [S_post][pre][W]: lanes are postsynaptic neurons (forward pass, gradients)
///   synapses, pre-lane     [S_pre][post][W]: lanes are presynaptic neurons (sums over the postsynaptic side)
///   the same, shared decays, in rows of up to kRowStrips strips: [S_post / kRowStrips][pre][strips of the row][W]
///   powers                 [S_post][pre][4][W]: r, r², r³, r⁴
///   patterns               [blocks][channels] bytes: bit m is the spike at step 8·block + m
namespace hetsyn::cpu {

inline constexpr std::size_t kBlock = 8;   ///< steps per block, bits per pattern
inline constexpr std::size_t kPowers = 4;  ///< stored powers of each decay
/// Blocks of a *span*: gradients are summed over a span of all samples before the span before it, and a part of the
/// tape consists of whole spans. Sums therefore do not depend on the number of parts.
inline constexpr std::size_t kSpan = kLeastTapePart / kBlock;
/// Largest number of inputs per chunk: their state and decays then fit the first-level cache.
inline constexpr std::size_t kChunk = 176;
static_assert(kChunk <= 256, "channels within a chunk are stored in a byte");

/// Classes of a channel within a block; channels without a spike so far have no class.
enum ListClass : std::uint8_t { kQuiet = 0, kSpikeAt0 = 1, kSeveral = 9, kListClasses = 10 };
inline constexpr std::size_t kOffsets = kListClasses + 2;

/// The spikes (0 or 1) of a pattern at the steps of a block.
inline constexpr auto kSpikesOfPattern = [] {
  std::array<std::array<float, kBlock>, 256> spikes{};
  for (std::size_t pattern = 0; pattern < spikes.size(); ++pattern) {
    for (std::size_t k = 0; k < kBlock; ++k) spikes[pattern][k] = static_cast<float>((pattern >> k) & 1U);
  }
  return spikes;
}();

/// Per block and chunk, the channels of each class; the same lists serve forward pass and gradients of all strips.
struct EventListView {
  const std::uint8_t* index;    ///< channel relative to its chunk, by class
  const std::uint8_t* pattern;  ///< of the kSeveral channels, in the same order
  /// [blocks][chunks][kOffsets]: where each class begins, where the last one ends, and the first pattern.
  const std::uint32_t* offset;
  std::size_t blocks;
  std::size_t chunks;
  std::size_t chunk_size;
  std::size_t channels;

  [[nodiscard]] const std::uint32_t* offsets(std::size_t block, std::size_t chunk) const {
    return offset + (block * chunks + chunk) * kOffsets;
  }
  /// `count` blocks from `first` on.
  [[nodiscard]] EventListView part(std::size_t first, std::size_t count) const {
    return {index, pattern, offsets(first, 0), count, chunks, chunk_size, channels};
  }
};

/// The spikes of a sample by step, and by channel in each span, see SpikeOrder.
struct SpikeOrderView {
  const std::uint32_t* step_offset;  ///< [8·blocks + 1]
  const std::uint32_t* channel;
  const std::uint32_t* channel_offset;  ///< [spans][channels], and the end of the last
  const std::uint32_t* step;            ///< within the span
  std::size_t channels;

  /// From a block on, the first of a span.
  [[nodiscard]] SpikeOrderView from(std::size_t block) const {
    return {step_offset + block * kBlock, channel, channel_offset + block / kSpan * channels, step, channels};
  }
};

struct ChannelRange {
  std::size_t begin, end;
};

/// Strips of shared decays whose weights lie side by side, so that one pass over the spikes serves all of them.
inline constexpr std::size_t kRowStrips = 8;

struct TimeShape {
  std::size_t steps;         ///< T
  std::size_t blocks;        ///< ⌈T / 8⌉
  std::size_t strip_stride;  ///< floats from one strip to the next
};

struct BlockRange {
  std::size_t begin, end;
};

constexpr std::size_t span_count(std::size_t blocks) { return (blocks + kSpan - 1) / kSpan; }

/// Calls visit(BlockRange) for each span of a range, the last one first; the range begins with a span.
template <class Visit>
void for_spans_backward(BlockRange blocks, Visit&& visit) {
  for (std::size_t end = blocks.end, begin = end; end > blocks.begin; end = begin) {
    begin = (end - 1) / kSpan * kSpan;
    visit(BlockRange{begin < blocks.begin ? blocks.begin : begin, end});
  }
}

/// A spiking population as kernels see it.
struct NeuronView {
  std::size_t size;    ///< N
  std::size_t strips;  ///< S
  NeuronConstants<float> constants;
  const float* reset_decay;       ///< [S][W] κ, used instead of the one in `constants`
  bool adlif;                     ///< their state is an AdlifState; the next three are then used instead of `constants`
  const float* adaptation_decay;  ///< [S][W] ρ_a
  const float* adaptation;        ///< [S][W] b
  const float* membrane_adaptation;  ///< [S][W] m
  SurrogateConstants<float> surrogate;
};

/// Largest number of samples that the recurrent backward kernel runs in lock-step, to share the loads of w and r.
inline constexpr std::size_t kLockstep = 4;

/// The state of a strip of neurons between two steps, [kCellRows][W]: the variables of NeuronState or AdlifState, V,
/// and the currents of shared decays: U (of all synapses, or of the feed-forward ones) and U' (of the recurrent ones,
/// if separate).
inline constexpr std::size_t kPotentialRow = kMostVariables;
inline constexpr std::size_t kCurrentRow = kMostVariables + 1;
inline constexpr std::size_t kRecurrentCurrentRow = kMostVariables + 2;
inline constexpr std::size_t kCellRows = kMostVariables + 3;

/// Steps between two passes of the recurrent backward kernel over λ of all synapses, 2 or 4. Four need more arithmetic
/// and less traffic to memory, which pays where λ, w and r do not fit into a third-level cache.
constexpr std::size_t recurrent_group(std::size_t neurons) { return neurons <= 512 ? 2 : 4; }

/// Number of floats that recurrent_backward() carries: λ [S][N][count][W], g and sums of a block [kBlock][count][S][W]
/// and the neurons' adjoints.
constexpr std::size_t recurrent_carry(std::size_t count, std::size_t neurons, std::size_t padded) {
  return count * padded * (neurons + 2 * kBlock + kMostVariables);
}

/// Number of floats that shared_recurrent_backward() carries: λ [count][S][W], the neurons' adjoints, and D of a block.
constexpr std::size_t shared_carry(std::size_t count, std::size_t padded) {
  return count * padded * (1 + kMostVariables + kBlock);
}

/// Where the sums of a strip begin, before which there are so many neurons, in an array [strips][kAdaptationSums][W];
/// null if there are no sums.
constexpr float* adaptation_sums(float* sums, std::size_t neurons) {
  return sums == nullptr ? nullptr : sums + neurons * kAdaptationSums;
}

/// Where shared_recurrent_backward() adds the gradients of a shared decay, Σ_t λ[t] C[t−1] for each sample.
struct DecaySums {
  const float* const* current;  ///< [count] C, see neuron_forward; null: not wanted
  const float* before;          ///< [count][S][W] C of the step before the first
  float* d_r;                   ///< [count][S][W]

  [[nodiscard]] DecaySums of_sample(std::size_t b, std::size_t padded) const {
    if (current == nullptr) return *this;
    return {current + b, before + b * padded, d_r + b * padded};
  }
};

/// States and adjoints that a kernel takes from the steps before (or after) and leaves for the next call are zero
/// before the first call for a sample.
struct KernelTable {
  const char* name;
  std::size_t lanes;  ///< W

  /// Adds the current of one strip: drive[t] += scale Σ_i I_i[t], where I decays by r and jumps by w at each spike.
  /// powers and w are those of the strip; state is I [channels][W].
  void (*synapse_forward)(const float* powers, const float* w, const EventListView& lists, float scale, float* state,
                          float* drive);
  /// Gradients of one strip and chunk over a range of blocks: dw[i] += Σ λ[t] x_i[t], dmu[i] += Σ μ[t] x_i[t]. r, dw,
  /// dmu are those of the strip. adjoint holds λ and μ [2][chunk_size][W]; the first call is that for the latest range.
  void (*synapse_gradient)(const float* r, const EventListView& lists, std::size_t chunk, BlockRange blocks,
                           const float* g, float* adjoint, float* dw, float* dmu);
  /// The same for analog input x [T][pre], with a state [pre][W] and an adjoint [2][pre][W].
  void (*analog_forward)(const float* r, const float* w, const float* x, std::size_t pre, const TimeShape& time,
                         float* state, float* drive);
  void (*analog_gradient)(const float* r, const float* x, std::size_t pre, std::size_t steps, const float* g,
                          float* adjoint, float* dw, float* dmu);

  /// Shared decays, a row of strips: drive[t] = scale Σ_i w_i x_i[t]; no synaptic state.
  void (*shared_forward)(const float* w, std::size_t strips, const SpikeOrderView& spikes, const TimeShape& time,
                         float scale, float* drive);
  /// Shared decays, a row of strips: dw[i] += Σ λ[t] x_i[t] for a range of channels, over the first span. The strips of
  /// λ are `stride` floats apart. Meanwhile, fetches `steps` steps of `next`, the λ of the next call, from main memory;
  /// null: there is none.
  void (*shared_gradient)(const SpikeOrderView& spikes, ChannelRange channels, std::size_t strips, std::size_t stride,
                          const float* lambda, const float* next, std::size_t steps, float* dw);
  /// The same for one strip and analog input x [T][pre], with the strip's w and dw `stride` floats apart from input to
  /// input.
  void (*shared_analog_forward)(const float* w, std::size_t stride, const float* x, std::size_t pre,
                                const TimeShape& time, float* drive);
  void (*shared_analog_gradient)(const float* x, std::size_t pre, std::size_t steps, const float* lambda,
                                 std::size_t stride, float* dw);
  /// Decay of one strip in place: U[t] = r U[t−1] + q[t]. current: U [W].
  void (*leak_forward)(const float* r, const TimeShape& time, float* drive, float* current);
  /// Adjoint of one strip in place: λ[t] = g[t] + r λ[t+1]. adjoint: λ [W].
  void (*leak_backward)(const float* r, const TimeShape& time, float* g, float* adjoint);
  /// Gradient of one strip's decay: dr += Σ_t λ[t] C[t−1]. before: C [W] of the step before the first.
  void (*leak_gradient)(std::size_t steps, const float* lambda, const float* current, const float* before, float* dr);

  /// Replaces the current of one strip by V and writes spikes to patterns [blocks][strips·W]. If `current` is not null,
  /// it receives C[t] = U (or U − J if `tied`), which the gradient of a shared decay needs. cell: [kCellRows][W].
  void (*neuron_forward)(const NeuronView& neurons, std::size_t strip, const TimeShape& time, float* potential,
                         std::uint8_t* patterns, float* current, bool tied, float* cell);
  /// Replaces the feed-forward current of one sample by V, for all strips, with the recurrent projection. state: I
  /// [S][N][W]; cells: [S][kCellRows][W]; active: the number of neurons that have spiked, then these [S·W] by their
  /// first spikes; lists: scratch [3][S·W].
  void (*recurrent_forward)(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                            float* potential, std::uint8_t* patterns, float* state, float* cells, std::uint32_t* active,
                            std::uint32_t* lists);
  /// The same with a decay shared per neuron, r [S][W]; lists: scratch [2][S·W]. With per_projection, r is the decay of
  /// the recurrent projection alone; the feed-forward current has decayed before, and C is U'.
  void (*shared_recurrent_forward)(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                                   float* potential, std::uint8_t* patterns, float* current, bool tied,
                                   bool per_projection, float* cells, std::uint32_t* lists);

  /// Replaces V of one strip by g, given dL/dz in d_spike (a strip) and constant [S][W]. adjoint: [kMostVariables][W].
  /// d_adaptation [kAdaptationSums][W]: to which an AdaptationGradient is added; null: not wanted.
  void (*neuron_backward)(const NeuronView& neurons, std::size_t strip, const TimeShape& time, float* potential,
                          const float* d_spike, const float* constant, float* adjoint, float* d_adaptation);
  /// Replaces V by g in all strips of `count` (≤ kLockstep) samples over a range of blocks, with the recurrent
  /// projection; r and w are pre-lane. carry: recurrent_carry() floats; d_adaptation: [count][S][kAdaptationSums][W],
  /// or null.
  void (*recurrent_backward)(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                             BlockRange blocks, std::size_t count, float* const* potential, const float* const* d_spike,
                             const float* constant, float* carry, float* d_adaptation);
  /// Shared decays: replaces V by λ in all strips of `count` (≤ kLockstep) samples. carry: shared_carry() floats.
  /// With per_projection, r is the decay of the recurrent projection alone, and V becomes g.
  void (*shared_recurrent_backward)(const NeuronView& neurons, const float* r, const float* w, const TimeShape& time,
                                    std::size_t count, float* const* potential, const float* const* d_spike,
                                    const float* constant, bool per_projection, const DecaySums& decay, float* carry,
                                    float* d_adaptation);

  /// dL/dx of one pre-lane strip: d_x[t] = scale Σ_j w_ji λ_ji[t] where `keep` has the spike's bit, else 0. keep:
  /// [blocks][keep_stride] patterns, or null for all ones. g: [S_post][Tp][W]. state: λ [post][W].
  void (*input_gradient)(const float* r, const float* w, std::size_t post, const TimeShape& time, const float* g,
                         const std::uint8_t* keep, std::size_t keep_stride, float scale, float* state, float* d_x);
  /// Shared decays: d_x[t] = Σ_j w_ji λ_j[t].
  void (*shared_input_gradient)(const float* w, std::size_t post, const TimeShape& time, const float* lambda,
                                const std::uint8_t* keep, std::size_t keep_stride, float scale, float* d_x);

  /// Writes the patterns of the spikes that dropout keeps in a range of blocks, [blocks][stride].
  void (*dropout_keep)(const DropoutKey& key, std::uint32_t population, std::uint32_t sample, std::uint32_t threshold,
                       BlockRange blocks, std::size_t stride, std::uint8_t* keep);

  /// Makes one optimizer step for `count` parameters and their moments; elements that are not trainable stay unchanged.
  void (*update)(OptimizerKind kind, const OptimizerConstants<float>& constants, std::size_t count,
                 const std::uint8_t* trainable, const float* gradient, float* parameter, float* m, float* v);
};

}  // namespace hetsyn::cpu
