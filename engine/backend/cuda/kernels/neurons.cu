#include "backend/cuda/kernels/neurons.hpp"

#include "backend/cuda/kernels/cell.hpp"
#include "backend/cuda/kernels/warp_sums.hpp"

namespace hetsyn::cuda {
namespace {

/// A thread computes a neuron of one sample.
template <bool kOwnDecays, bool kAdlif>
HETSYN_KERNEL neurons_kernel(Neurons neurons, NeuronTape tape, BatchShape shape) {
  const unsigned sample = blockIdx.x;
  const unsigned j = blockIdx.y * kWarp + threadIdx.x;
  if (j >= neurons.size) return;
  Cell<kOwnDecays, kAdlif> cell(neurons, j);
  for (unsigned first = 0; first < shape.steps; first += kBlockSteps) {
    float drive[kBlockSteps];  // loaded in advance: the address of the next step does not depend on this one
    HETSYN_UNROLL
    for (unsigned k = 0; k < kBlockSteps; ++k) {
      drive[k] = first + k < shape.steps ? tape.potential[shape.row(sample, first + k) * neurons.size + j] : 0.0F;
    }
    HETSYN_UNROLL
    for (unsigned k = 0; k < kBlockSteps; ++k) {
      const unsigned t = first + k;
      if (t < shape.steps) cell.record(tape, shape, neurons, sample, t, j, cell.step(drive[k], t));
    }
  }
}

template <bool kOwnDecays, bool kAdlif>
HETSYN_KERNEL neurons_backward_kernel(Neurons neurons, NeuronGradient gradient, BatchShape shape) {
  const unsigned sample = blockIdx.x;
  const unsigned j = blockIdx.y * kWarp + threadIdx.x;
  if (j >= neurons.size) return;
  CellAdjoint<kOwnDecays, kAdlif> cell(neurons, j);
  const float constant = constant_gradient(gradient, j);
  for (unsigned block = divide_up(shape.steps, kBlockSteps); block-- > 0;) {
    const unsigned first = block * kBlockSteps;
    float v[kBlockSteps], d_output[kBlockSteps];
    HETSYN_UNROLL
    for (unsigned k = 0; k < kBlockSteps; ++k) {
      const std::size_t at = shape.row(sample, first + k) * neurons.size + j;
      v[k] = first + k < shape.steps ? gradient.potential[at] : 0.0F;
      d_output[k] = first + k < shape.steps ? gradient.d_output[at] : 0.0F;
    }
    HETSYN_UNROLL
    for (unsigned k = kBlockSteps; k-- > 0;) {
      if (first + k >= shape.steps) continue;
      gradient.potential[shape.row(sample, first + k) * neurons.size + j] =
          cell.step(neurons.surrogate, v[k], d_output[k] + constant);
    }
  }
  cell.write_adaptation(gradient, shape, neurons, sample, j);
}

HETSYN_KERNEL decay_gradient_kernel(Neurons neurons, const float* lambda, const float* current, BatchShape shape,
                                    float* per_sample) {
  const unsigned sample = blockIdx.x;
  const unsigned j = blockIdx.y * kWarp + threadIdx.x;
  if (j >= neurons.size) return;
  float sum = 0.0F;
  for (unsigned t = 1; t < shape.steps; ++t) {
    sum += lambda[shape.row(sample, t) * neurons.size + j] * current[shape.row(sample, t - 1) * neurons.size + j];
  }
  per_sample[std::size_t{sample} * neurons.size + j] = sum;
}

/// A block, of one warp, computes the gradient of a neuron's parameter: the sum over `count` values, `stride` apart.
HETSYN_KERNEL sum_samples_kernel(const float* per_sample, std::size_t count, std::size_t stride,
                                 const std::uint8_t* trains, float* d_parameter) {
  float sum = 0.0F;
  for (std::size_t n = threadIdx.x; n < count; n += kWarp) sum += per_sample[n * stride + blockIdx.x];
  sum = sum_over_lanes(sum);
  if (threadIdx.x == 0 && trains[blockIdx.x] != 0) d_parameter[blockIdx.x] += sum;
}

LaunchShape thread_per_neuron(const BatchShape& shape, unsigned neurons) {
  return {.grid = {shape.samples, divide_up(neurons, kWarp)}, .block = {kWarp}};
}

}  // namespace

void run_neurons(const Neurons& neurons, const NeuronTape& tape, const BatchShape& shape, Stream& stream) {
  auto kernel = neurons.decay == nullptr ? &neurons_kernel<true, false> : &neurons_kernel<false, false>;
  if (neurons.adlif) kernel = neurons.decay == nullptr ? &neurons_kernel<true, true> : &neurons_kernel<false, true>;
  launch(kernel, thread_per_neuron(shape, neurons.size), stream, neurons, tape, shape);
}

void run_neurons_backward(const Neurons& neurons, const NeuronGradient& gradient, const BatchShape& shape,
                          Stream& stream) {
  auto kernel =
      neurons.decay == nullptr ? &neurons_backward_kernel<true, false> : &neurons_backward_kernel<false, false>;
  if (neurons.adlif) {
    kernel = neurons.decay == nullptr ? &neurons_backward_kernel<true, true> : &neurons_backward_kernel<false, true>;
  }
  launch(kernel, thread_per_neuron(shape, neurons.size), stream, neurons, gradient, shape);
}

void add_decay_gradients(const Neurons& neurons, const float* lambda, const float* current, const BatchShape& shape,
                         float* per_sample, const std::uint8_t* trains, float* d_decay, Stream& stream) {
  launch(&decay_gradient_kernel, thread_per_neuron(shape, neurons.size), stream, neurons, lambda, current, shape,
         per_sample);
  add_samples(per_sample, neurons.size, neurons.decay_step == 0, shape, trains, d_decay, stream);
}

void add_samples(const float* per_sample, unsigned neurons, bool one, const BatchShape& shape,
                 const std::uint8_t* trains, float* d_parameter, Stream& stream) {
  const std::size_t values = std::size_t{shape.samples} * neurons;
  launch(&sum_samples_kernel, {.grid = {one ? 1 : neurons}, .block = {kWarp}}, stream, per_sample,
         one ? values : std::size_t{shape.samples}, one ? std::size_t{1} : std::size_t{neurons}, trains, d_parameter);
}

}  // namespace hetsyn::cuda
