#pragma once
#include <algorithm>
#include <cstddef>
#include <optional>

#include "backend/cuda/host/matmul.hpp"
#include "backend/cuda/host/population.hpp"
#include "backend/cuda/host/product_rule.hpp"
#include "backend/cuda/kernels/views.hpp"

namespace hetsyn::cuda {

/// Memory of the products of a batch. forward() and the sums of backward() use it at different times.
struct ProductScratch {
  DeviceBuffer<float> x;    ///< [rows][pre] spikes of a chunk of rows as floats
  DeviceBuffer<float> d_w;  ///< [post][pre] of the projection whose gradient is computed

  template <class Visit>
  void each_array(const NetworkLayout& network, InputKind kind, const TapeShape& shape, Visit&& visit) {
    std::size_t inputs = 0, synapses = 0;
    const auto take = [&](std::size_t post, std::size_t pre, InputKind arrives) {
      if (!product_pays(post, pre, arrives)) return;
      synapses = std::max(synapses, post * pre);
      if (arrives == InputKind::analog) return;
      inputs = std::max(inputs, std::min(shape.samples * shape.steps, chunk_rows(pre)) * pre);
    };
    for (std::size_t p = 0; p < network.populations.size(); ++p) {
      const PopulationLayout& layout = network.populations[p];
      if (layout.sharing == DecaySharing::synapse || !Matmul::available()) continue;
      take(layout.size, layout.inputs, p == 0 ? kind : InputKind::events);
      if (layout.recurrent && layout.spiking) take(layout.size, layout.size, InputKind::events);
    }
    visit(x, inputs);
    visit(d_w, synapses);
  }
};

/// Whether some projections of a network may be computed as matrix products on this machine.
bool has_products(const NetworkLayout& network);

/// The projections of a network: each is computed by the event kernels (projection.hpp), or as matrix products if
/// decays are shared and product_pays(). projection.hpp describes the functions.
class Projections {
 public:
  /// Sums the gradients of synapses in `gradient_stream`; all other work is in `stream`. Throws ConfigError for a
  /// precision that needs products, on a machine without cuBLAS.
  Projections(const NetworkLayout& network, MatmulPrecision precision, Stream& stream, Stream& gradient_stream);

  template <class Input>  // SpikeInput or AnalogInput
  void project(const Synapses& synapses, const Input& input, const BatchShape& shape, float* drive);
  void project_backward(const Synapses& synapses, const SpikeInput& input, const BatchShape& shape, const float* g,
                        float* d_spike);
  template <class Input>
  void add_gradients(const Synapses& synapses, const Input& input, const BatchShape& shape, const float* g,
                     const SynapseGradients& gradients);

  ProductScratch scratch;  ///< large enough for every batch

 private:
  Stream& stream_;
  Stream& gradient_stream_;
  std::optional<Matmul> matmul_, gradient_matmul_;  // if has_products()
};

}  // namespace hetsyn::cuda
