#include "backend/cuda/kernels/loss.hpp"

#include <algorithm>

#include "backend/cuda/kernels/simt.hpp"
#include "backend/cuda/kernels/warp_sums.hpp"

namespace hetsyn::cuda {
namespace {

constexpr std::size_t kUsualSharedBytes = std::size_t{48} << 10;          // of a block that leaves room for others
constexpr std::size_t kOutputBytes = 2 * sizeof(double) + sizeof(float);  // of shared memory, for each warp

/// The lanes of a warp share the outputs of a step. A lane reads and writes its own elements alone, so that nothing has
/// to be waited for.
struct WarpLanes {
  [[nodiscard]] HETSYN_DEVICE std::size_t first() const { return threadIdx.x % kWarp; }
  [[nodiscard]] HETSYN_DEVICE std::size_t count() const { return kWarp; }
  template <class T>
  [[nodiscard]] HETSYN_DEVICE T sum(T value) const {
    return sum_over_lanes(value);
  }
  template <class T>
  [[nodiscard]] HETSYN_DEVICE T largest(T value) const {
    for (unsigned distance = kWarp / 2; distance > 0; distance /= 2) {
      const T other = shuffle_xor(value, distance);
      value = value < other ? other : value;
    }
    return value;
  }
  template <class Do>
  HETSYN_DEVICE void each(std::size_t outputs, const Do& act) const {
    for (std::size_t k = first(); k < outputs; k += count()) act(k);
  }
};

/// y[k] of one step.
struct StepReadout {
  const float* potential;
  const std::uint32_t* spikes;
  unsigned bit;

  HETSYN_DEVICE StepReadout(const Readout& readout, const BatchShape& shape, unsigned sample, unsigned t)
      : potential(readout.potential == nullptr ? nullptr : readout.potential + shape.row(sample, t) * readout.outputs),
        spikes(readout.spikes == nullptr ? nullptr
                                         : readout.spikes + shape.word_row(sample, t / kWordSteps) * readout.outputs),
        bit(t % kWordSteps) {}
  HETSYN_DEVICE float operator[](std::size_t k) const {
    return potential == nullptr ? static_cast<float>(spikes[k] >> bit & 1U) : potential[k];
  }
};

struct LabelLoss {
  unsigned first_step;
  double per_logit;
  float d_scale;  ///< weight / (B · per_logit)
  double weight;  ///< weight / B
};

/// A block is a sample; its warps share the steps. Softmax is taken again on the way back rather than kept.
template <bool kOfSoftmax>
HETSYN_KERNEL label_loss_kernel(Readout readout, BatchShape shape, const std::int32_t* labels, LabelLoss term,
                                ReadoutLoss loss) {
  HETSYN_DYNAMIC_SHARED(double, rows);  // [2][warps][K], then p as float [warps][K]
  const WarpLanes lanes;
  const unsigned sample = blockIdx.x, warps = blockDim.x / kWarp, warp = threadIdx.x / kWarp;
  const std::size_t outputs = readout.outputs;
  double* const sums = rows;
  double* const sum = sums + warp * outputs;
  double* const g = rows + (warps + warp) * outputs;
  float* const p = reinterpret_cast<float*>(rows + 2 * warps * outputs) + warp * outputs;

  lanes.each(outputs, [&](std::size_t k) { sum[k] = 0.0; });
  for (unsigned t = term.first_step + warp; t < shape.steps; t += warps) {
    const StepReadout y(readout, shape, sample, t);
    if (kOfSoftmax) softmax(lanes, outputs, y, p);
    lanes.each(outputs, [&](std::size_t k) { sum[k] += static_cast<double>(kOfSoftmax ? p[k] : y[k]); });
  }
  sync_block();
  // Each warp for itself, from the same numbers in the same order.
  lanes.each(outputs, [&](std::size_t k) {
    double score = 0.0;
    for (unsigned n = 0; n < warps; ++n) score += sums[n * outputs + k];
    g[k] = score / term.per_logit;
  });
  const double value = cross_entropy(lanes, outputs, static_cast<std::size_t>(labels[sample]), g);
  if (threadIdx.x == 0) loss.values[sample] += term.weight * value;
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

/// A block is a sample.
HETSYN_KERNEL trace_loss_kernel(Readout readout, BatchShape shape, const float* target, TraceLoss term,
                                ReadoutLoss loss) {
  HETSYN_SHARED(double, parts, kMostWarps);
  const unsigned sample = blockIdx.x, warps = blockDim.x / kWarp;
  const std::size_t outputs = readout.outputs, first = shape.row(sample, 0) * outputs;
  double sum = 0.0;
  for (std::size_t i = threadIdx.x; i < shape.steps * outputs; i += blockDim.x) {
    const auto t = static_cast<unsigned>(i / outputs);
    const float y = StepReadout(readout, shape, sample, t)[i % outputs];
    sum += squared_error(y, target[first + i], term.d_scale, loss.d_readout[first + i]);
  }
  sum = sum_over_lanes(sum);
  if (threadIdx.x % kWarp == 0) parts[threadIdx.x / kWarp] = sum;
  sync_block();
  if (threadIdx.x > 0) return;
  double total = 0.0;
  for (unsigned warp = 0; warp < warps; ++warp) total += parts[warp];
  loss.values[sample] += term.weight * total;
}

/// A thread is a neuron.
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

std::size_t shared_bytes(unsigned warps, unsigned outputs) { return kOutputBytes * warps * outputs; }

unsigned warps_for(std::size_t steps, unsigned outputs) {
  const auto most = static_cast<unsigned>(std::min<std::size_t>(kMostWarps, steps));
  unsigned warps = most;
  while (warps > 1 && shared_bytes(warps, outputs) > kUsualSharedBytes) --warps;
  return warps;
}

}  // namespace

bool fits_label_loss(unsigned outputs, const DeviceLimits& limits) {
  return shared_bytes(1, outputs) <= limits.shared_bytes_per_block;
}

void add_label_loss(const LossTerm& term, const Readout& readout, const BatchShape& shape, const std::int32_t* labels,
                    const ReadoutLoss& loss, Stream& stream) {
  const LabelScore score = label_score(term, shape.steps);
  const double weight = term.weight / shape.samples;
  const LabelLoss constants{static_cast<unsigned>(score.first_step), score.per_logit,
                            static_cast<float>(weight / score.per_logit), weight};
  const unsigned warps = warps_for(shape.steps - score.first_step, readout.outputs);
  const auto kernel = score.of_softmax ? &label_loss_kernel<true> : &label_loss_kernel<false>;
  launch(kernel,
         {.grid = {shape.samples}, .block = {warps * kWarp}, .shared_bytes = shared_bytes(warps, readout.outputs)},
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
