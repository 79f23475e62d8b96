#include "backend/cuda/kernels/loss.hpp"

#include <algorithm>

#include "backend/cuda/kernels/label_score.hpp"

namespace hetsyn::cuda {
namespace {

struct LabelLoss {
  unsigned first_step;
  double per_logit;
  float d_scale;  ///< weight / (B · per_logit)
  double weight;  ///< weight / B
};

/// A block computes a sample; its warps share the steps. The second pass computes the softmax again, which needs no
/// memory.
template <bool kOfSoftmax>
HETSYN_KERNEL label_loss_kernel(Readout readout, BatchShape shape, const std::int32_t* labels, LabelLoss term,
                                ReadoutLoss loss) {
  const WarpLanes lanes;
  const unsigned sample = blockIdx.x, warps = blockDim.x / kWarp, warp = threadIdx.x / kWarp;
  const std::size_t outputs = readout.outputs;
  HETSYN_DYNAMIC_SHARED(double, rows);
  const ScoreRows memory(rows, warps, warp, outputs);
  sum_scores<kOfSoftmax>(lanes, readout, shape, sample, term.first_step, term.per_logit, memory);
  double* const g = memory.score;
  float* const p = memory.p;
  const double value = cross_entropy(lanes, outputs, static_cast<std::size_t>(labels[sample]), g);
  if (threadIdx.x == 0) loss.values[sample] += term.weight * value;
  if (loss.d_readout == nullptr) return;
  for (unsigned t = term.first_step + warp; t < shape.steps; t += warps) {
    float* const d_y = loss.d_readout + shape.row(sample, t) * outputs;
    if (kOfSoftmax) {
      softmax(lanes, outputs, StepReadout(readout, shape, sample, t), p);
      softmax_backward(lanes, outputs, p, g, term.d_scale, d_y);
    } else {
      lanes.each(outputs, [&](std::size_t k) { d_y[k] += term.d_scale * static_cast<float>(g[k]); });
    }
  }
}

struct TraceLoss {
  float d_scale;  ///< 2 weight / (B T K)
  double weight;  ///< weight / (B T K)
};

/// A block computes a sample.
HETSYN_KERNEL trace_loss_kernel(Readout readout, BatchShape shape, const float* target, TraceLoss term,
                                ReadoutLoss loss) {
  HETSYN_SHARED(double, parts, kMostWarps);
  const unsigned sample = blockIdx.x;
  const std::size_t outputs = readout.outputs, first = shape.row(sample, 0) * outputs;
  double sum = 0.0;
  for (std::size_t i = threadIdx.x; i < shape.steps * outputs; i += blockDim.x) {
    const auto t = static_cast<unsigned>(i / outputs);
    const float y = StepReadout(readout, shape, sample, t)[i % outputs];
    sum += squared_error(y, target[first + i]);
    if (loss.d_readout == nullptr) continue;
    loss.d_readout[first + i] += squared_error_gradient(y, target[first + i], term.d_scale);
  }
  sum = sum_over_warps(parts, sum);
  if (threadIdx.x == 0) loss.values[sample] += term.weight * sum;
}

/// A thread computes a neuron.
HETSYN_KERNEL rate_loss_kernel(RateTerm rate, const float* counts, unsigned samples, unsigned neurons, float* d_spike,
                               double* values) {
  const unsigned j = blockIdx.x * kWarp + threadIdx.x;
  if (j >= neurons) return;
  double spikes = 0.0;
  for (unsigned sample = 0; sample < samples; ++sample) {
    spikes += static_cast<double>(counts[std::size_t{sample} * neurons + j]);
  }
  values[j] += rate_error(rate, spikes, d_spike[j]);
}

}  // namespace

bool fits_label_loss(unsigned outputs, const DeviceLimits& limits) { return fits_scores(outputs, limits); }

void add_label_loss(const LossTerm& term, const Readout& readout, const BatchShape& shape, const std::int32_t* labels,
                    const ReadoutLoss& loss, Stream& stream) {
  const LabelScore score = label_score(term, shape.steps);
  const double weight = term.weight / shape.samples;
  const LabelLoss constants{static_cast<unsigned>(score.first_step), score.per_logit,
                            static_cast<float>(weight / score.per_logit), weight};
  const unsigned warps = score_warps(shape.steps - score.first_step, readout.outputs);
  const auto kernel = score.of_softmax ? &label_loss_kernel<true> : &label_loss_kernel<false>;
  launch(kernel,
         {.grid = {shape.samples}, .block = {warps * kWarp}, .shared_bytes = score_bytes(warps, readout.outputs)},
         stream, readout, shape, labels, constants, loss);
}

void add_trace_loss(const LossTerm& term, const Readout& readout, const BatchShape& shape, const float* target,
                    const ReadoutLoss& loss, Stream& stream) {
  const std::size_t values = std::size_t{shape.steps} * readout.outputs;
  const double weight = term.weight / static_cast<double>(shape.samples * values);
  const auto warps = static_cast<unsigned>(std::min<std::size_t>(kMostWarps, (values + kWarp - 1) / kWarp));
  launch(&trace_loss_kernel, {.grid = {shape.samples}, .block = {warps * kWarp}}, stream, readout, shape, target,
         TraceLoss{static_cast<float>(2.0 * weight), weight}, loss);
}

void add_rate_loss(const RateTerm& rate, const float* counts, unsigned samples, unsigned neurons, float* d_spike,
                   double* values, Stream& stream) {
  launch(&rate_loss_kernel, {.grid = {divide_up(neurons, kWarp)}, .block = {kWarp}}, stream, rate, counts, samples,
         neurons, d_spike, values);
}

}  // namespace hetsyn::cuda
