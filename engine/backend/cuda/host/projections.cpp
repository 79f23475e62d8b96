#include "backend/cuda/host/projections.hpp"

#include <algorithm>
#include <hetsyn/exceptions.hpp>

#include "backend/cuda/kernels/expand.hpp"
#include "backend/cuda/kernels/projection.hpp"

namespace hetsyn::cuda {
namespace {

InputKind kind_of(const SpikeInput& /*input*/) { return InputKind::events; }
InputKind kind_of(const AnalogInput& /*input*/) { return InputKind::analog; }

template <class Input>
bool is_product(const std::optional<Matmul>& matmul, const Synapses& synapses, const Input& input) {
  return matmul.has_value() && synapses.r == nullptr && product_pays(synapses.post, synapses.pre, kind_of(input));
}

/// Calls run(rows) for all rows of a batch, in chunks whose spikes fit into the scratch memory as floats.
template <class Run>
void each_chunk(const BatchShape& shape, unsigned pre, const Run& run) {
  const std::size_t all = shape.row(shape.samples, 0);
  const std::size_t most = chunk_rows(pre);
  for (std::size_t first = 0; first < all; first += most) run(Rows{first, std::min(most, all - first)});
}

ProductShape product(const Synapses& synapses, const Rows& rows) { return {rows.count, synapses.post, synapses.pre}; }

/// x [rows][pre].
const float* dense(const AnalogInput& input, unsigned pre, const BatchShape& /*shape*/, const Rows& rows,
                   ProductScratch& /*scratch*/, Stream& /*stream*/) {
  return input.values + rows.first * pre;
}
const float* dense(const SpikeInput& input, unsigned pre, const BatchShape& shape, const Rows& rows,
                   ProductScratch& scratch, Stream& stream) {
  expand_spikes(input, pre, shape, rows, scratch.x.data(), stream);
  return scratch.x.data();
}

}  // namespace

bool has_products(const NetworkLayout& network) {
  const bool shares = std::ranges::any_of(network.populations, [](const PopulationLayout& population) {
    return population.sharing != DecaySharing::synapse;
  });
  return shares && Matmul::available();
}

Projections::Projections(const NetworkLayout& network, MatmulPrecision precision, Stream& stream,
                         Stream& gradient_stream)
    : stream_(stream), gradient_stream_(gradient_stream) {
  if (precision != MatmulPrecision::float32 && !Matmul::available()) {
    throw ConfigError("train.matmul_precision: expected \"float32\", as cuBLAS was not found; see engine doctor",
                      "train.matmul_precision");
  }
  if (!has_products(network)) return;
  matmul_.emplace(stream_, precision);
  gradient_matmul_.emplace(gradient_stream_, precision);
}

template <class Input>
void Projections::project(const Synapses& synapses, const Input& input, const BatchShape& shape, float* drive) {
  if (!is_product(matmul_, synapses, input)) return cuda::project(synapses, input, shape, drive, stream_);
  each_chunk(shape, synapses.pre, [&](const Rows& rows) {
    const float* const x = dense(input, synapses.pre, shape, rows, scratch, stream_);
    matmul_->drive(product(synapses, rows), x, synapses.w, drive + rows.first * synapses.post);
  });
}
template void Projections::project(const Synapses&, const SpikeInput&, const BatchShape&, float*);
template void Projections::project(const Synapses&, const AnalogInput&, const BatchShape&, float*);

void Projections::project_backward(const Synapses& synapses, const SpikeInput& input, const BatchShape& shape,
                                   const float* g, float* d_spike) {
  if (!is_product(matmul_, synapses, input)) {
    return cuda::project_backward(synapses, input, shape, g, d_spike, stream_);
  }
  each_chunk(shape, synapses.pre, [&](const Rows& rows) {
    matmul_->input_gradient(product(synapses, rows), g + rows.first * synapses.post, synapses.w, input.value,
                            d_spike + rows.first * synapses.pre);
  });
  if (input.keep != nullptr) drop_gradients(input.keep, synapses.pre, shape, d_spike, stream_);
}

template <class Input>
void Projections::add_gradients(const Synapses& synapses, const Input& input, const BatchShape& shape, const float* g,
                                const SynapseGradients& gradients) {
  if (!is_product(gradient_matmul_, synapses, input)) {
    return add_synapse_gradients(synapses, input, shape, g, gradients, gradient_stream_);
  }
  const bool direct = gradients.trains_all_w;  // no element has to be left out
  each_chunk(shape, synapses.pre, [&](const Rows& rows) {
    const float* const x = dense(input, synapses.pre, shape, rows, scratch, gradient_stream_);
    gradient_matmul_->weight_gradient(product(synapses, rows), g + rows.first * synapses.post, x,
                                      direct || rows.first > 0, direct ? gradients.d_w : scratch.d_w.data());
  });
  if (direct) return;
  add_trained(scratch.d_w.data(), gradients.trains_w, std::size_t{synapses.post} * synapses.pre, gradients.d_w,
              gradient_stream_);
}
template void Projections::add_gradients(const Synapses&, const SpikeInput&, const BatchShape&, const float*,
                                         const SynapseGradients&);
template void Projections::add_gradients(const Synapses&, const AnalogInput&, const BatchShape&, const float*,
                                         const SynapseGradients&);

}  // namespace hetsyn::cuda
