#include "backend/cuda/kernels/metrics.hpp"

#include <algorithm>

#include "backend/cuda/kernels/label_score.hpp"
#include "dynamics/metric.hpp"

namespace hetsyn::cuda {
namespace {

template <bool kOfSoftmax>
HETSYN_KERNEL decision_kernel(Readout readout, BatchShape shape, unsigned first_step, std::int32_t* classes) {
  const WarpLanes lanes;
  HETSYN_DYNAMIC_SHARED(double, memory);
  const ScoreRows rows(memory, blockDim.x / kWarp, threadIdx.x / kWarp, readout.outputs);
  sum_scores<kOfSoftmax>(lanes, readout, shape, blockIdx.x, first_step, 1.0, rows);
  const std::int32_t decided = decided_class(lanes, readout.outputs, rows.score);
  if (threadIdx.x == 0) classes[blockIdx.x] = decided;
}

/// A block computes a sample.
HETSYN_KERNEL squared_error_kernel(Readout readout, BatchShape shape, const float* target, double* sums) {
  HETSYN_SHARED(double, parts, kMostWarps);
  const unsigned sample = blockIdx.x;
  const std::size_t outputs = readout.outputs, first = shape.row(sample, 0) * outputs;
  double sum = 0.0;
  for (std::size_t i = threadIdx.x; i < shape.steps * outputs; i += blockDim.x) {
    const StepReadout y(readout, shape, sample, static_cast<unsigned>(i / outputs));
    sum += squared_error(static_cast<double>(y[i % outputs]), static_cast<double>(target[first + i]));
  }
  sum = sum_over_warps(parts, sum);
  if (threadIdx.x == 0) sums[sample] = sum;
}

}  // namespace

void decide_classes(const LossTerm& decision, const Readout& readout, const BatchShape& shape, std::int32_t* classes,
                    Stream& stream) {
  const LabelScore score = label_score(decision, shape.steps);
  const unsigned warps = score_warps(shape.steps - score.first_step, readout.outputs);
  launch(score.of_softmax ? &decision_kernel<true> : &decision_kernel<false>,
         {.grid = {shape.samples}, .block = {warps * kWarp}, .shared_bytes = score_bytes(warps, readout.outputs)},
         stream, readout, shape, static_cast<unsigned>(score.first_step), classes);
}

void sum_squared_errors(const Readout& readout, const BatchShape& shape, const float* target, double* sums,
                        Stream& stream) {
  const std::size_t values = std::size_t{shape.steps} * readout.outputs;
  const auto warps = static_cast<unsigned>(std::min<std::size_t>(kMostWarps, (values + kWarp - 1) / kWarp));
  launch(&squared_error_kernel, {.grid = {shape.samples}, .block = {warps * kWarp}}, stream, readout, shape, target,
         sums);
}

}  // namespace hetsyn::cuda
