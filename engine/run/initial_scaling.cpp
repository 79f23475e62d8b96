#include "run/initial_scaling.hpp"

#include <algorithm>
#include <vector>

#include "core/aligned.hpp"
#include "network/weight_scaling.hpp"
#include "state/dense_input.hpp"

namespace hetsyn {
namespace {

/// The parameters of a backend while their initial values are made.
class Scaling {
 public:
  Scaling(Backend& backend, std::span<const InputBatch> batches, const std::set<std::string>& given)
      : backend_(backend), batches_(batches), given_(given), parameters_(backend.layout().size) {
    backend_.read(Block::parameters, parameters_);
  }

  /// The weights from the population below, or from the input.
  void scale_feedforward(std::size_t p) {
    const ParameterGroup& w = *backend_.layout().find(p, Field::w);
    if (given_.contains(w.name)) return;
    const ParameterGroup& r = *backend_.layout().find(p, Field::r);
    SynapticResponse response(values(r));
    if (p == 0) {
      add_input(response);
    } else {
      add_spikes(response, p - 1);
    }
    scale(w, r, response);
  }

  /// The weights among the neurons of a population.
  void scale_recurrent(std::size_t p) {
    const ParameterGroup* const w = backend_.layout().find(p, Field::w_rec);
    if (w == nullptr || given_.contains(w->name)) return;
    const ParameterGroup* const own = backend_.layout().find(p, Field::r_rec);
    const ParameterGroup& r = own != nullptr ? *own : *backend_.layout().find(p, Field::r);
    SynapticResponse response(values(r));
    const std::vector<float> drawn(values(*w).begin(), values(*w).end());
    std::ranges::fill(values(*w), 0.0F);
    backend_.write(Block::parameters, parameters_);
    add_spikes(response, p);
    std::ranges::copy(drawn, values(*w).begin());
    scale(*w, r, response);
  }

 private:
  [[nodiscard]] std::span<float> values(const ParameterGroup& group) {
    return group_span(std::span<float>(parameters_), group);
  }
  void add_input(SynapticResponse& response) {
    for (const InputBatch& batch : batches_) {
      for (std::size_t b = 0; b < batch.size(); ++b) {
        std::vector<float> values(batch.steps * batch.inputs, 0.0F);
        const View<float, 2> x(values, {batch.steps, batch.inputs});
        write_dense(*batch.samples[b], batch.kind, x);
        response.add(x);
      }
    }
  }
  void add_spikes(SynapticResponse& response, std::size_t p) {
    const std::size_t neurons = backend_.network().populations[p].size;
    for (const InputBatch& batch : batches_) {
      const std::vector<float> spikes = backend_.forward(batch).tape(Field::spike, p);
      const View<const float, 3> samples(spikes, {batch.size(), batch.steps, neurons});
      for (std::size_t b = 0; b < batch.size(); ++b) response.add(samples.slice(b));
    }
  }
  void scale(const ParameterGroup& w, const ParameterGroup& r, const SynapticResponse& response) {
    const std::span<float> all(parameters_);
    scale_weights(group_view(all, w), group_view(all, r), response);
    backend_.write(Block::parameters, parameters_);
  }

  Backend& backend_;
  std::span<const InputBatch> batches_;
  const std::set<std::string>& given_;
  AlignedVector<float> parameters_;
};

}  // namespace

void scale_initial_weights(Backend& backend, std::span<const InputBatch> batches, const std::set<std::string>& given) {
  Scaling scaling(backend, batches, given);
  for (std::size_t p = 0; p < backend.network().populations.size(); ++p) {
    scaling.scale_feedforward(p);
    scaling.scale_recurrent(p);
  }
}

}  // namespace hetsyn
