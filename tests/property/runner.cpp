#include "property/runner.hpp"

#include "backend/reference/reference.hpp"
#include "support/batches.hpp"

namespace hetsyn::test {
namespace {

Outcome run_reference(const NetworkState& state, const InputBatch& batch, const std::vector<float>& d_readout) {
  Reference reference(state);
  reference.forward(batch, {});
  Outcome outcome;
  for (std::size_t p = 0; p < state.network.populations.size(); ++p) {
    outcome.potentials.push_back(reference.tape(p).potential);
    outcome.spikes.push_back(reference.tape(p).spike);
  }
  outcome.readout.assign(reference.readout().begin(), reference.readout().end());
  reference.backward(std::vector<double>(d_readout.begin(), d_readout.end()), {});
  const auto& gradients = reference.store().block(Block::gradients);
  outcome.gradients.assign(gradients.begin(), gradients.end());
  return outcome;
}

Outcome run_cpu(const NetworkState& state, const InputBatch& batch, const std::vector<float>& d_readout) {
  const std::unique_ptr<Backend> backend = make_backend("cpu", state, {.threads = 2, .isa = {}});
  const TapedPass pass = backend->forward_with_tape(batch);
  Outcome outcome;
  for (std::size_t p = 0; p < state.network.populations.size(); ++p) {
    const std::vector<float> potential = pass.tape(Field::potential, p);
    const std::vector<float> spikes = pass.tape(Field::spike, p);
    outcome.potentials.emplace_back(potential.begin(), potential.end());
    outcome.spikes.emplace_back(spikes.begin(), spikes.end());
  }
  outcome.readout.assign(pass.readout().begin(), pass.readout().end());
  pass.backward({d_readout, {}});
  std::vector<float> gradients(state.layout.size);
  backend->read(Block::gradients, gradients);
  outcome.gradients.assign(gradients.begin(), gradients.end());
  return outcome;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Engine& engine) { return out << engine.name; }

const std::vector<Engine>& engines() {
  // Double rounds by 1e-16 and float by 6e-8; the two sides of a comparison sum up to 1e4 terms in different orders,
  // and gradients cancel in part. Both bounds leave a factor of about 1e4 and 1e3 for that; no wrong term is so small.
  static const std::vector<Engine> table{{"reference", 1e-12, &run_reference}, {"cpu", 5e-5, &run_cpu}};
  return table;
}

NetworkSpec property_spec(NeuronModel model) {
  NetworkSpec spec;
  spec.model = model;
  spec.inputs = 20;
  spec.hidden = {19, 13};
  spec.outputs = 4;
  spec.recurrent = true;
  spec.autapses = true;
  spec.tau_synapse_ms = {InitialDistribution::Kind::uniform, 2.0, 20.0};
  spec.tau_reset_ms = 7.0;
  spec.weight_gain = 2.0;
  return spec;
}

InputBatch property_batch() { return random_batch({InputKind::events, 4, 50, 20, 0.15}, 41); }

std::vector<float> property_d_readout(const InputBatch& batch) {
  return random_values<float>(batch.size() * batch.steps * 4, 43);
}

}  // namespace hetsyn::test
