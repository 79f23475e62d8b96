#include "backend/cpu/projection.hpp"

#include <algorithm>

namespace hetsyn::cpu {

Projection::Projection(std::size_t post_count, std::size_t pre_count, std::size_t lane_count, bool per_synapse_decay,
                       ProjectionKind kind, Storage storage)
    : post(post_count),
      pre(pre_count),
      lanes(lane_count),
      post_strips((post_count + lane_count - 1) / lane_count),
      pre_strips(kind != ProjectionKind::input ? (pre_count + lane_count - 1) / lane_count : 0),
      per_synapse(per_synapse_decay),
      recurrent(kind == ProjectionKind::recurrent) {
  if (storage == Storage::allocated) each_array(ResizeArrays{});
}

void Projection::add_pre_lanes(std::span<const float> w, std::span<const float> r) {
  if (pre_strips > 0) return;
  pre_strips = (pre + lanes - 1) / lanes;
  each_array(ResizeArrays{});
  for (std::size_t s = 0; s < pre_strips; ++s) pack_pre(s, w, r);
}

void Projection::pack_strip(std::size_t s, std::span<const float> w, std::span<const float> r) {
  if (s < post_strips) pack_post(s, w, r);
  if (s < pre_strips) pack_pre(s, w, r);
}

/// Calls visit(place in the strips, place in [post][pre]) for the synapses of post strip s, in tiles that stay in the
/// first-level cache.
template <class Visit>
void Projection::for_synapses(std::size_t s, Visit&& visit) const {
  constexpr std::size_t kTile = 32;
  const std::size_t last = std::min(post, (s + 1) * lanes);
  const std::size_t begin = strip(s);
  const std::size_t stride = row(s);
  for (std::size_t first = 0; first < pre; first += kTile) {
    const std::size_t end = std::min(first + kTile, pre);
    for (std::size_t j = s * lanes; j < last; ++j) {
      for (std::size_t i = first; i < end; ++i) visit(begin + i * stride + j % lanes, j * pre + i);
    }
  }
}

void Projection::pack_post(std::size_t s, std::span<const float> w, std::span<const float> r) {
  for_synapses(s, [&](std::size_t to, std::size_t from) { w_post[to] = w[from]; });
  if (!per_synapse) return;
  for_synapses(s, [&](std::size_t to, std::size_t from) { r_post[to] = r[from]; });
  if (recurrent) return;
  for_synapses(s, [&](std::size_t to, std::size_t from) {
    float* const all = powers.data() + (to - to % lanes) * kPowers + to % lanes;
    float power = r[from];
    for (std::size_t k = 0; k < kPowers; ++k) {
      all[k * lanes] = power;
      power *= r[from];
    }
  });
}

void Projection::pack_pre(std::size_t s, std::span<const float> w, std::span<const float> r) {
  const std::size_t first = s * lanes;
  const std::size_t count = std::min(pre - first, lanes);
  for (std::size_t j = 0; j < post; ++j) {
    const std::size_t to = pre_strip(s) + j * lanes;
    const std::size_t from = j * pre + first;
    std::copy_n(w.begin() + static_cast<std::ptrdiff_t>(from), count, w_pre.begin() + static_cast<std::ptrdiff_t>(to));
    if (!per_synapse) continue;
    std::copy_n(r.begin() + static_cast<std::ptrdiff_t>(from), count, r_pre.begin() + static_cast<std::ptrdiff_t>(to));
  }
}

void Projection::clear_gradients(std::size_t s) {
  for (AlignedVector<float>* sums : {&dw, &dmu}) {
    if (!sums->empty()) std::fill_n(sums->begin() + static_cast<std::ptrdiff_t>(s * pre * lanes), pre * lanes, 0.0F);
  }
}

void Projection::add_gradients(std::size_t s, float scale, std::span<const float> w, std::span<float> d_w,
                               std::span<float> d_r) const {
  for_synapses(s, [&](std::size_t from, std::size_t to) { d_w[to] += scale * dw[from]; });
  if (!per_synapse) return;
  for_synapses(s, [&](std::size_t from, std::size_t to) { d_r[to] += scale * w[to] * dmu[from]; });
}

}  // namespace hetsyn::cpu
