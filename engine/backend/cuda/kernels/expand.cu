#include "backend/cuda/kernels/expand.hpp"

#include "backend/cuda/kernels/simt.hpp"

namespace hetsyn::cuda {
namespace {

constexpr unsigned kThreads = 128;
constexpr unsigned kRows = 8;  // of a thread

/// The step of a row in [B][T].
struct Step {
  unsigned sample, t;

  HETSYN_DEVICE Step(const BatchShape& shape, std::size_t row)
      : sample(static_cast<unsigned>(row / shape.steps)), t(static_cast<unsigned>(row % shape.steps)) {}
  HETSYN_DEVICE void next(const BatchShape& shape) {
    if (++t < shape.steps) return;
    t = 0;
    ++sample;
  }
  /// The bit of neuron i at step `at`.
  [[nodiscard]] HETSYN_DEVICE bool bit(const std::uint32_t* words, const BatchShape& shape, unsigned pre, unsigned at,
                                       unsigned i) const {
    return (words[shape.word_row(sample, at / kWordSteps) * pre + i] >> at % kWordSteps & 1U) != 0;
  }
};

HETSYN_DEVICE bool arrives(const SpikeInput& input, const BatchShape& shape, unsigned pre, const Step& step,
                           unsigned i) {
  if (input.delayed && step.t == 0) return false;
  const unsigned at = input.delayed ? step.t - 1 : step.t;
  return step.bit(input.words, shape, pre, at, i) && (input.keep == nullptr || step.bit(input.keep, shape, pre, at, i));
}

/// A thread converts one input in several rows.
HETSYN_KERNEL expand_kernel(SpikeInput input, unsigned pre, BatchShape shape, Rows rows, float* x) {
  const unsigned i = blockIdx.y * kThreads + threadIdx.x;
  if (i >= pre) return;
  const std::size_t first = std::size_t{blockIdx.x} * kRows;
  Step step(shape, rows.first + first);
  for (std::size_t row = first; row < first + kRows && row < rows.count; ++row) {
    x[row * pre + i] = arrives(input, shape, pre, step, i) ? input.value : 0.0F;
    step.next(shape);
  }
}

HETSYN_KERNEL drop_gradients_kernel(const std::uint32_t* keep, unsigned pre, BatchShape shape, float* d_spike) {
  const unsigned i = blockIdx.y * kThreads + threadIdx.x;
  if (i >= pre) return;
  const std::size_t first = std::size_t{blockIdx.x} * kRows;
  Step step(shape, first);
  for (std::size_t row = first; row < first + kRows && row < shape.row(shape.samples, 0); ++row) {
    if (!step.bit(keep, shape, pre, step.t, i)) d_spike[row * pre + i] = 0.0F;
    step.next(shape);
  }
}

HETSYN_KERNEL add_trained_kernel(const float* sum, const std::uint8_t* trains, std::size_t count, float* d_w) {
  const std::size_t at = std::size_t{blockIdx.x} * kThreads + threadIdx.x;
  if (at < count && trains[at] != 0) d_w[at] += sum[at];
}

unsigned blocks(std::size_t count, unsigned by) { return static_cast<unsigned>((count + by - 1) / by); }

LaunchShape thread_per_input(std::size_t rows, unsigned pre) {
  return {.grid = {blocks(rows, kRows), divide_up(pre, kThreads)}, .block = {kThreads}};
}

}  // namespace

void expand_spikes(const SpikeInput& input, unsigned pre, const BatchShape& shape, const Rows& rows, float* x,
                   Stream& stream) {
  launch(&expand_kernel, thread_per_input(rows.count, pre), stream, input, pre, shape, rows, x);
}

void drop_gradients(const std::uint32_t* keep, unsigned pre, const BatchShape& shape, float* d_spike, Stream& stream) {
  launch(&drop_gradients_kernel, thread_per_input(shape.row(shape.samples, 0), pre), stream, keep, pre, shape, d_spike);
}

void add_trained(const float* sum, const std::uint8_t* trains, std::size_t count, float* d_w, Stream& stream) {
  launch(&add_trained_kernel, {.grid = {blocks(count, kThreads)}, .block = {kThreads}}, stream, sum, trains, count,
         d_w);
}

}  // namespace hetsyn::cuda
