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

void Projection::pack_post(std::size_t s, std::span<const float> w, std::span<const float> r) {
  const std::size_t last = std::min(post, (s + 1) * lanes);
  for (std::size_t i = 0; i < pre; ++i) {
    for (std::size_t j = s * lanes; j < last; ++j) {
      const std::size_t at = strip(s) + i * row(s) + j % lanes;
      w_post[at] = w[j * pre + i];
      if (!per_synapse) continue;
      const float decay = r[j * pre + i];
      r_post[at] = decay;
      float power = decay;
      for (std::size_t k = 0; k < kPowers && !recurrent; ++k) {
        powers[(strip(s) + i * lanes) * kPowers + k * lanes + j % lanes] = power;
        power *= decay;
      }
    }
  }
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
  const std::size_t last = std::min(post, (s + 1) * lanes);
  for (std::size_t j = s * lanes; j < last; ++j) {
    for (std::size_t i = 0; i < pre; ++i) {
      const std::size_t at = strip(s) + i * row(s) + j % lanes;
      d_w[j * pre + i] += scale * dw[at];
      if (per_synapse) d_r[j * pre + i] += scale * w[j * pre + i] * dmu[at];
    }
  }
}

}  // namespace hetsyn::cpu
