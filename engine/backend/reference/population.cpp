#include "backend/reference/population.hpp"

#include <algorithm>

#include "dynamics/surrogate.hpp"
#include "dynamics/synapse.hpp"

namespace hetsyn {
namespace {

bool per_synapse(const PopulationLayout& population) { return population.sharing == DecaySharing::synapse; }

/// Index of r_j in the group r, or of r'_j in r_rec, where decays are shared.
std::size_t decay_index(const PopulationLayout& population, std::size_t j) {
  return population.sharing == DecaySharing::population ? 0 : j;
}

NeuronConstants<double> neuron_constants(const PopulationLayout& population,
                                         const PopulationBlock<const double>& parameters, std::size_t j) {
  NeuronConstants<double> constants = population.neuron;
  if (population.tie_reset_decay) constants.reset_decay = parameters.r[decay_index(population, j)];
  return constants;
}

/// z[t−1] of the population; all 0 at t = 0.
std::vector<double> previous_spikes(const PopulationLayout& population, TapeRow at, const ReferenceTape& tape) {
  std::vector<double> spikes(population.size);
  for (std::size_t k = 0; k < population.size; ++k) spikes[k] = at.previous(tape.spike, population.size, k);
  return spikes;
}

/// Σ_i I_ji[t] of a projection with a decay per synapse; writes I.
double synaptic_current(std::span<const double> w, std::span<const double> r, std::span<const double> x, TapeRow at,
                        std::size_t post, std::size_t j, std::vector<double>& current) {
  const std::size_t pre = x.size();
  double sum = 0.0;
  for (std::size_t i = 0; i < pre; ++i) {
    const std::size_t ji = j * pre + i;
    const double next = synapse_step(at.previous(current, post * pre, ji), r[ji], w[ji] * x[i]);
    current[at.row * post * pre + ji] = next;
    sum += next;
  }
  return sum;
}

/// Σ_i w_ji x_i.
double drive(std::span<const double> w, std::span<const double> x, std::size_t j) {
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += w[j * x.size() + i] * x[i];
  return sum;
}

/// U_j[t] of synapses that share the decay r; writes U.
double shared_current(double r, double drive, TapeRow at, std::size_t n, std::size_t j, std::vector<double>& current) {
  const double next = synapse_step(at.previous(current, n, j), r, drive);
  current[at.row * n + j] = next;
  return next;
}

double total_current(const PopulationLayout& population, const PopulationBlock<const double>& q, TapeRow at,
                     std::span<const double> x, std::span<const double> x_rec, std::size_t j, ReferenceTape& tape) {
  const std::size_t n = population.size;
  if (per_synapse(population)) {
    double sum = synaptic_current(q.w, q.r, x, at, n, j, tape.current);
    if (population.recurrent) sum += synaptic_current(q.w_rec, q.r_rec, x_rec, at, n, j, tape.current_rec);
    return sum;
  }
  const double r = q.r[decay_index(population, j)];
  const double forward = drive(q.w, x, j);
  if (!population.recurrent) return shared_current(r, forward, at, n, j, tape.current);
  const double feedback = drive(q.w_rec, x_rec, j);
  if (!population.has_recurrent_decays()) return shared_current(r, forward + feedback, at, n, j, tape.current);
  return shared_current(r, forward, at, n, j, tape.current) +
         shared_current(q.r_rec[j], feedback, at, n, j, tape.current_rec);
}

/// A projection with a decay per synapse: λ[t] = g[t] + r λ[t+1], its three gradients.
void synaptic_current_backward(std::span<const double> w, std::span<const double> r, std::span<const double> x,
                               TapeRow at, const std::vector<double>& current, std::span<const double> g,
                               std::span<double> lambda, std::span<double> d_w, std::span<double> d_r,
                               std::span<double> d_x) {
  const std::size_t pre = x.size();
  for (std::size_t j = 0; j < g.size(); ++j) {
    for (std::size_t i = 0; i < pre; ++i) {
      const std::size_t ji = j * pre + i;
      lambda[ji] = g[j] + r[ji] * lambda[ji];
      d_w[ji] += lambda[ji] * x[i];
      d_r[ji] += lambda[ji] * at.previous(current, g.size() * pre, ji);
      d_x[i] += w[ji] * lambda[ji];
    }
  }
}

/// Chain rule of drive() for all neurons; d_drive is [N].
void drive_backward(std::span<const double> w, std::span<const double> x, std::span<const double> d_drive,
                    std::span<double> d_w, std::span<double> d_x) {
  for (std::size_t j = 0; j < d_drive.size(); ++j) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      d_w[j * x.size() + i] += d_drive[j] * x[i];
      d_x[i] += w[j * x.size() + i] * d_drive[j];
    }
  }
}

/// Synapses that share a decay per neuron: λ[t] = g[t] + r λ[t+1] and the gradient of r.
void shared_current_backward(const PopulationLayout& population, std::span<const double> r, TapeRow at,
                             const std::vector<double>& current, std::span<const double> g, std::span<double> lambda,
                             std::span<double> d_r) {
  for (std::size_t j = 0; j < population.size; ++j) {
    const std::size_t k = decay_index(population, j);
    lambda[j] = g[j] + r[k] * lambda[j];
    d_r[k] += lambda[j] * at.previous(current, population.size, j);
  }
}

void total_current_backward(const PopulationLayout& population, const PopulationBlock<const double>& q, TapeRow at,
                            std::span<const double> x, const ReferenceTape& tape, std::span<const double> g,
                            ReferenceAdjoint& adjoint, const PopulationBlock<double>& gradients,
                            std::span<double> d_x) {
  const std::vector<double> x_rec = previous_spikes(population, at, tape);
  std::ranges::fill(d_x, 0.0);
  std::ranges::fill(adjoint.d_spike_rec, 0.0);
  if (per_synapse(population)) {
    synaptic_current_backward(q.w, q.r, x, at, tape.current, g, adjoint.lambda, gradients.w, gradients.r, d_x);
    if (population.recurrent) {
      synaptic_current_backward(q.w_rec, q.r_rec, x_rec, at, tape.current_rec, g, adjoint.lambda_rec, gradients.w_rec,
                                gradients.r_rec, adjoint.d_spike_rec);
    }
    return;
  }
  shared_current_backward(population, q.r, at, tape.current, g, adjoint.lambda, gradients.r);
  drive_backward(q.w, x, adjoint.lambda, gradients.w, d_x);
  if (!population.recurrent) return;
  const bool own = population.has_recurrent_decays();
  if (own) {
    shared_current_backward(population, q.r_rec, at, tape.current_rec, g, adjoint.lambda_rec, gradients.r_rec);
  }
  drive_backward(q.w_rec, x_rec, own ? adjoint.lambda_rec : adjoint.lambda, gradients.w_rec, adjoint.d_spike_rec);
}

/// g[t] = dL/dV[t] of neuron j; moves the adjoint of its state one step back.
double neuron_backward(const PopulationLayout& population, const PopulationBlock<const double>& q, TapeRow at,
                       std::size_t j, const ReferenceTape& tape, double d_output, ReferenceAdjoint& adjoint,
                       const PopulationBlock<double>& gradients) {
  if (!population.spiking) return d_output;
  const std::size_t n = population.size;
  const NeuronConstants<double> constants = neuron_constants(population, q, j);
  const double threshold = constants.threshold;
  const SurrogateConstants<double> surrogate(population.surrogate, threshold);
  const double slope = surrogate_derivative(surrogate, tape.potential[at.row * n + j] - threshold);
  const double g = neuron_step_backward(adjoint.neurons[j], d_output + adjoint.d_spike_rec[j], slope, constants);
  if (population.tie_reset_decay) {
    gradients.r[decay_index(population, j)] += adjoint.neurons[j].reset * at.previous(tape.neurons, n, j).reset;
  }
  return g;
}

}  // namespace

void reference_step(const PopulationLayout& population, const PopulationBlock<const double>& parameters, TapeRow at,
                    std::span<const double> x, ReferenceTape& tape) {
  const std::size_t n = population.size;
  const std::vector<double> x_rec = previous_spikes(population, at, tape);
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t here = at.row * n + j;
    tape.potential[here] = total_current(population, parameters, at, x, x_rec, j, tape);
    if (!population.spiking) continue;
    NeuronState<double> state = at.previous(tape.neurons, n, j);
    tape.potential[here] =
        neuron_step(state, x_rec[j], tape.potential[here], neuron_constants(population, parameters, j));
    tape.neurons[here] = state;
  }
}

ReferenceAdjoint make_reference_adjoint(const PopulationLayout& population) {
  const std::size_t n = population.size;
  ReferenceAdjoint adjoint;
  adjoint.lambda.assign(ReferenceTape::feedforward_states(population), 0.0);
  adjoint.lambda_rec.assign(ReferenceTape::recurrent_states(population), 0.0);
  adjoint.neurons.resize(n);
  adjoint.d_spike_rec.assign(n, 0.0);
  return adjoint;
}

void reference_step_backward(const PopulationLayout& population, const PopulationBlock<const double>& parameters,
                             TapeRow at, std::span<const double> x, const ReferenceTape& tape,
                             std::span<const double> d_output, ReferenceAdjoint& adjoint,
                             const PopulationBlock<double>& gradients, std::span<double> d_x) {
  std::vector<double> g(population.size);
  for (std::size_t j = 0; j < population.size; ++j) {
    g[j] = neuron_backward(population, parameters, at, j, tape, d_output[j], adjoint, gradients);
  }
  total_current_backward(population, parameters, at, x, tape, g, adjoint, gradients, d_x);
}

}  // namespace hetsyn
