#include "bench/input_layer.hpp"

#include <algorithm>

#include "backend/cpu/event_lists.hpp"
#include "backend/cpu/isa.hpp"
#include "backend/cpu/projection.hpp"

namespace hetsyn::bench {

nlohmann::json measure_input_layer(const Workload& workload, const StepOptions& options) {
  const cpu::KernelTable& kernels = cpu::select_kernels(options.isa);
  const std::size_t inputs = workload.network.inputs;
  const std::size_t neurons = workload.network.hidden.front();
  const std::size_t blocks = (workload.steps + cpu::kBlock - 1) / cpu::kBlock;
  const NetworkState state = build_network(workload.network, 1);
  const std::span<const float> parameters(state.parameters);
  cpu::Projection projection(neurons, inputs, kernels.lanes, true, cpu::ProjectionKind::input);
  for (std::size_t s = 0; s < projection.post_strips; ++s) {
    projection.pack_strip(s, group_span(parameters, *state.layout.find(0, Field::w)),
                          group_span(parameters, *state.layout.find(0, Field::r)));
  }
  const InputBatch batch = synthetic_batch(workload, 2);
  std::vector<cpu::EventLists> lists(batch.size());
  double active = 0.0;  // synapse-steps of inputs that have spiked before
  cpu::Patterns patterns;
  for (std::size_t b = 0; b < batch.size(); ++b) {
    cpu::patterns_from_events(batch.samples[b]->spikes, inputs, workload.steps, patterns);
    lists[b].build(patterns.data(), inputs, inputs, blocks);
    const cpu::EventListView view = lists[b].view();
    const std::size_t entries = view.offsets(blocks - 1, view.chunks - 1)[cpu::kListClasses];
    active += static_cast<double>(entries * cpu::kBlock * projection.post_strips * kernels.lanes);
  }
  AlignedVector<float> scratch(2 * inputs * kernels.lanes);
  AlignedVector<float> strip(blocks * cpu::kBlock * kernels.lanes, 1e-3F);
  std::vector<double> forward, gradient;
  for (int n = 0; n < options.repeats; ++n) {
    const double start = now_s();
    for (std::size_t s = 0; s < projection.post_strips; ++s) {
      for (const cpu::EventLists& sample : lists) {
        kernels.synapse_forward(projection.powers.data() + projection.strip(s) * cpu::kPowers,
                                projection.w_post.data() + projection.strip(s), sample.view(), 1.0F, scratch.data(),
                                strip.data());
      }
    }
    const double middle = now_s();
    for (std::size_t s = 0; s < projection.post_strips; ++s) {
      for (std::size_t chunk = 0; chunk < lists.front().view().chunks; ++chunk) {
        for (const cpu::EventLists& sample : lists) {
          std::fill_n(scratch.begin(), 2 * sample.view().chunk_size * kernels.lanes, 0.0F);
          kernels.synapse_gradient(projection.r_post.data() + projection.strip(s), sample.view(), chunk, {0, blocks},
                                   strip.data(), scratch.data(), projection.dw.data() + projection.strip(s),
                                   projection.dmu.data() + projection.strip(s));
        }
      }
    }
    gradient.push_back(now_s() - middle);
    forward.push_back(middle - start);
  }
  const double peak = peak_multiply_adds(options.isa);
  return {{"isa", kernels.name},
          {"multiply_adds_per_second", peak},
          {"forward", median(forward)},
          {"gradient", median(gradient)},
          {"forward_of_ceiling", 2.0 * active / median(forward) / peak},
          {"gradient_of_peak", 2.0 * active / median(gradient) / peak}};
}

}  // namespace hetsyn::bench
