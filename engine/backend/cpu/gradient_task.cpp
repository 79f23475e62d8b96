#include "backend/cpu/gradient_task.hpp"

namespace hetsyn::cpu {

void GradientTask::add_sample(const KernelTable& kernels, const InputBatch& batch, const TimeShape& time,
                              std::size_t sample, BlockRange blocks, float* adjoint) const {
  const std::size_t at = projection.strip(strip);
  float* const dw = projection.dw.data() + at;
  const float* const g = population.potentials(time, sample) + strip * time.strip_stride;
  if (!projection.per_synapse) {
    if (lists != nullptr) return kernels.shared_gradient((*lists)[sample]->view(), chunk, g, dw);
    return kernels.shared_analog_gradient(batch.samples[sample]->analog.data(), projection.pre, time, g, dw);
  }
  const float* const r = projection.r_post.data() + at;
  float* const dmu = projection.dmu.data() + at;
  if (lists != nullptr) {
    return kernels.synapse_gradient(r, (*lists)[sample]->view(), chunk, blocks, g, adjoint, dw, dmu);
  }
  kernels.analog_gradient(r, batch.samples[sample]->analog.data(), projection.pre, time, g, dw, dmu);
}

}  // namespace hetsyn::cpu
