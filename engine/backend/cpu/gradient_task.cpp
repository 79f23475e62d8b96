#include "backend/cpu/gradient_task.hpp"

#include <algorithm>

namespace hetsyn::cpu {

void GradientTask::add_sample(const KernelTable& kernels, const InputBatch& batch, const TimeShape& time,
                              std::size_t sample, BlockRange blocks, float* adjoint) const {
  const std::size_t at = projection.strip(strip);
  float* const dw = projection.dw.data() + at;
  const float* const g = population.adjoints(projection, time, sample) + strip * time.strip_stride;
  if (!projection.per_synapse && lists != nullptr) {
    const std::size_t first = chunk * chunk_size(projection.pre);
    const ChannelRange channels{first, std::min(first + chunk_size(projection.pre), projection.pre)};
    return kernels.shared_gradient((*lists)[sample]->order.view(), channels, strips,
                                   {projection.strip(1), time.strip_stride}, g, dw);
  }
  const float* const analog = lists == nullptr ? batch.samples[sample]->analog.data() : nullptr;
  if (!projection.per_synapse) return kernels.shared_analog_gradient(analog, projection.pre, time, g, dw);
  const float* const r = projection.r_post.data() + at;
  float* const dmu = projection.dmu.data() + at;
  if (lists != nullptr) {
    return kernels.synapse_gradient(r, (*lists)[sample]->blocks.view(), chunk, blocks, g, adjoint, dw, dmu);
  }
  kernels.analog_gradient(r, analog, projection.pre, time, g, dw, dmu);
}

}  // namespace hetsyn::cpu
