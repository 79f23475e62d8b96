#include "backend/cpu/gradient_task.hpp"

#include <algorithm>

namespace hetsyn::cpu {
namespace {

/// x from a block of the part on, for `pre` analog inputs.
const float* analog_from(const InputBatch& batch, const TapePart& part, std::size_t sample, std::size_t block,
                         std::size_t pre) {
  return batch.samples[sample]->analog.data() + (part.first + block) * kBlock * pre;
}

std::size_t steps_of(const TapePart& part, BlockRange blocks) {
  return std::min(blocks.end * kBlock, part.time.steps) - blocks.begin * kBlock;
}

}  // namespace

void GradientTask::add_sample(const KernelTable& kernels, const InputBatch& batch, const TapePart& part,
                              std::size_t sample, BlockRange blocks, float* adjoint) const {
  if (!projection.per_synapse) {
    return for_spans_backward(blocks, [&](BlockRange span) { add_span(kernels, batch, part, sample, span); });
  }
  const std::size_t at = projection.strip(strip);
  const float* const r = projection.r_post.data() + at;
  float* const dw = projection.dw.data() + at;
  float* const dmu = projection.dmu.data() + at;
  const float* const g = population.adjoints(projection, part.time, sample) + strip * part.time.strip_stride;
  if (lists != nullptr) {
    const EventListView all = (*lists)[sample]->blocks.view();
    return kernels.synapse_gradient(r, all.part(whole ? part.first : 0, part.time.blocks), chunk, blocks, g, adjoint,
                                    dw, dmu);
  }
  kernels.analog_gradient(r, analog_from(batch, part, sample, blocks.begin, projection.pre), projection.pre,
                          steps_of(part, blocks), g + blocks.begin * kBlock * population.lanes, adjoint, dw, dmu);
}

/// Shared decays: λ of the span is on the tape.
void GradientTask::add_span(const KernelTable& kernels, const InputBatch& batch, const TapePart& part,
                            std::size_t sample, BlockRange span) const {
  const std::size_t first_step = span.begin * kBlock;
  const float* const lambda = population.adjoints(projection, part.time, sample) + strip * part.time.strip_stride +
                              first_step * population.lanes;
  float* const dw = projection.dw.data() + projection.strip(strip);
  if (lists == nullptr) {
    return kernels.shared_analog_gradient(analog_from(batch, part, sample, span.begin, projection.pre), projection.pre,
                                          steps_of(part, span), lambda, projection.row(strip), dw);
  }
  const SpikeOrderView spikes = (*lists)[sample]->order.view().from((whole ? part.first : 0) + span.begin);
  // λ of the next sample, unless the task of the feed-forward projection asks for it.
  const bool asks = &projection == &population.feedforward || population.per_projection();
  const float* const next = asks && sample + 1 < batch.size() ? lambda + population.sample_stride(part.time) : nullptr;
  kernels.shared_gradient(spikes, channels, strips, part.time.strip_stride, lambda, next, steps_of(part, span), dw);
}

}  // namespace hetsyn::cpu
