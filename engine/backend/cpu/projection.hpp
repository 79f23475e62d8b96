#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "backend/cpu/kernels.hpp"
#include "core/aligned.hpp"
#include "state/arrays.hpp"
#include "state/parameters.hpp"

namespace hetsyn::cpu {

/// Whether a structure allocates its arrays, or is only used to compute their sizes.
enum class Storage : bool { planned, allocated };

/// What a projection connects, which determines the arrays that it needs.
enum class ProjectionKind : std::uint8_t { input, hidden, recurrent };

/// A matrix of synapses in strips for the kernels, with the sums for its gradients. Lanes beyond the last neuron are
/// zero, so that they never carry current. With shared decays, the strips of a row lie side by side (see kernels.hpp).
struct Projection {
  /// `per_synapse`: each synapse has its own decay. Sums over the postsynaptic side, for which there are pre-lane
  /// arrays, are needed in all projections except that of the network's input, unless dL/dx of the network is wanted.
  Projection(std::size_t post_count, std::size_t pre_count, std::size_t lane_count, bool per_synapse_decay,
             ProjectionKind kind, Storage storage = Storage::allocated);

  std::size_t post, pre, lanes;
  std::size_t post_strips, pre_strips;
  bool per_synapse;
  bool recurrent;
  AlignedVector<float> w_post, r_post;  ///< [S_post][pre][W], in rows with shared decays; so are dw
  AlignedVector<float> powers;          ///< [S_post][pre][4][W], unless recurrent
  AlignedVector<float> w_pre, r_pre;    ///< [S_pre][post][W]
  AlignedVector<float> dw, dmu;         ///< [S_post][pre][W]  Σ λ x and Σ μ x over the batch

  /// All arrays; see state/arrays.hpp.
  template <class Visit>
  void each_array(Visit&& visit) {
    const std::size_t post_lane = post_strips * pre * lanes;
    const std::size_t pre_lane = pre_strips * post * lanes;
    visit(w_post, post_lane);
    visit(dw, post_lane);
    visit(w_pre, pre_lane);
    if (!per_synapse) return;
    visit(r_post, post_lane);
    visit(powers, recurrent ? 0 : post_lane * kPowers);
    visit(dmu, post_lane);
    visit(r_pre, pre_lane);
  }

  /// Number of strips in the row that begins with strip `first`; with a decay per synapse, each strip is a row.
  [[nodiscard]] std::size_t row_strips(std::size_t first) const {
    const std::size_t left = post_strips - first;
    return left < most_row_strips() ? left : most_row_strips();
  }
  /// Floats from one input of a strip to the next.
  [[nodiscard]] std::size_t row(std::size_t s) const { return row_strips(s - s % most_row_strips()) * lanes; }
  /// The place of a post strip.
  [[nodiscard]] std::size_t strip(std::size_t s) const {
    const std::size_t in_row = s % most_row_strips();
    return ((s - in_row) * pre + in_row) * lanes;
  }
  [[nodiscard]] std::size_t pre_strip(std::size_t s) const { return s * post * lanes; }
  [[nodiscard]] std::size_t strips() const { return post_strips > pre_strips ? post_strips : pre_strips; }

  /// Stores strip s (of both kinds) of w [post][pre] and r [post][pre] (empty if shared).
  void pack_strip(std::size_t s, std::span<const float> w, std::span<const float> r);
  /// Allocates and packs the strips of presynaptic lanes, unless they exist.
  void add_pre_lanes(std::span<const float> w, std::span<const float> r);
  /// Sets the sth part of dw and dmu to 0; there are as many as post strips.
  void clear_gradients(std::size_t s);
  /// Adds post strip s of the gradients to d_w and d_r [post][pre]: scale · Σ λ x and scale · w Σ μ x.
  void add_gradients(std::size_t s, float scale, std::span<const float> w, std::span<float> d_w,
                     std::span<float> d_r) const;

 private:
  template <class Visit>
  void for_synapses(std::size_t s, Visit&& visit) const;
  [[nodiscard]] std::size_t most_row_strips() const { return per_synapse ? 1 : kRowStrips; }
  void pack_post(std::size_t s, std::span<const float> w, std::span<const float> r);
  void pack_pre(std::size_t s, std::span<const float> w, std::span<const float> r);
};

}  // namespace hetsyn::cpu
