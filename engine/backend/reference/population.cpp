#include "backend/reference/population.hpp"

#include <algorithm>

#include "dynamics/surrogate.hpp"
#include "dynamics/synapse.hpp"

namespace hetsyn {
namespace {

bool per_synapse(const PopulationLayout& population) { return population.sharing == DecaySharing::synapse; }

/// The element of neuron j of an array with one for each, or one for all.
template <class T>
T& of_neuron(const View<T, 2>& values, std::size_t j) {
  return values(values.rows() == 1 ? 0 : j, 0);
}

NeuronConstants<double> neuron_constants(const PopulationLayout& population,
                                         const PopulationBlock<const double>& parameters, std::size_t j) {
  NeuronConstants<double> constants = population.neuron;
  if (population.tie_reset_decay) constants.reset_decay = of_neuron(parameters.r, j);
  if (population.has_adaptation_parameters()) {
    constants.adaptation_decay = of_neuron(parameters.rho_a, j);
    constants.adaptation = of_neuron(parameters.b, j);
    constants.membrane_adaptation = of_neuron(parameters.m, j);
  }
  return constants;
}

/// z[t−1] of the population; all 0 at t = 0.
std::vector<double> previous_spikes(const PopulationLayout& population, TapePlace at, const TapeView& tape) {
  std::vector<double> spikes(population.size);
  for (std::size_t k = 0; k < population.size; ++k) spikes[k] = at.previous(tape.spike, k);
  return spikes;
}

/// Σ_i I_ji[t] of a projection with a decay per synapse; writes I.
double synaptic_current(const View<const double, 2>& w, const View<const double, 2>& r, std::span<const double> x,
                        TapePlace at, std::size_t j, const View<double, 4>& current) {
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double next = synapse_step(at.previous(current, j, i), r(j, i), w(j, i) * x[i]);
    current(at.sample, at.step, j, i) = next;
    sum += next;
  }
  return sum;
}

/// Σ_i w_ji x_i.
double drive(const View<const double, 2>& w, std::span<const double> x, std::size_t j) {
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += w(j, i) * x[i];
  return sum;
}

/// U_j[t] of synapses that share the decay r; writes U.
double shared_current(double r, double drive, TapePlace at, std::size_t j, const View<double, 4>& current) {
  const double next = synapse_step(at.previous(current, j, 0), r, drive);
  current(at.sample, at.step, j, 0) = next;
  return next;
}

double total_current(const PopulationLayout& population, const PopulationBlock<const double>& q, TapePlace at,
                     std::span<const double> x, std::span<const double> x_rec, std::size_t j, const TapeView& tape) {
  if (per_synapse(population)) {
    double sum = synaptic_current(q.w, q.r, x, at, j, tape.current);
    if (population.recurrent) sum += synaptic_current(q.w_rec, q.r_rec, x_rec, at, j, tape.current_rec);
    return sum;
  }
  const double r = of_neuron(q.r, j);
  const double forward = drive(q.w, x, j);
  if (!population.recurrent) return shared_current(r, forward, at, j, tape.current);
  const double feedback = drive(q.w_rec, x_rec, j);
  if (!population.has_recurrent_decays()) return shared_current(r, forward + feedback, at, j, tape.current);
  return shared_current(r, forward, at, j, tape.current) +
         shared_current(q.r_rec(j, 0), feedback, at, j, tape.current_rec);
}

/// Arrays of a projection to which its chain rule adds.
struct ProjectionGradient {
  View<double, 2> w, r;
  std::span<double> x;
};

/// A projection with a decay per synapse: λ[t] = g[t] + r λ[t+1] and its three gradients. `lambda` is [N][pre].
void synaptic_current_backward(const View<const double, 2>& w, const View<const double, 2>& r,
                               std::span<const double> x, TapePlace at, const View<double, 4>& current,
                               std::span<const double> g, std::span<double> lambda, const ProjectionGradient& d) {
  const View<double, 2> lambda_of(lambda, r.extents());
  for (std::size_t j = 0; j < g.size(); ++j) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      double& l = lambda_of(j, i);
      l = g[j] + r(j, i) * l;
      d.w(j, i) += l * x[i];
      d.r(j, i) += l * at.previous(current, j, i);
      d.x[i] += w(j, i) * l;
    }
  }
}

/// Chain rule of drive() for all neurons; d_drive is [N].
void drive_backward(const View<const double, 2>& w, std::span<const double> x, std::span<const double> d_drive,
                    const ProjectionGradient& d) {
  for (std::size_t j = 0; j < d_drive.size(); ++j) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      d.w(j, i) += d_drive[j] * x[i];
      d.x[i] += w(j, i) * d_drive[j];
    }
  }
}

/// Synapses that share a decay per neuron: λ[t] = g[t] + r λ[t+1] and the gradient of r. `lambda` is [N].
void shared_current_backward(const PopulationLayout& population, const View<const double, 2>& r, TapePlace at,
                             const View<double, 4>& current, std::span<const double> g, std::span<double> lambda,
                             const ProjectionGradient& d) {
  for (std::size_t j = 0; j < population.size; ++j) {
    lambda[j] = g[j] + of_neuron(r, j) * lambda[j];
    of_neuron(d.r, j) += lambda[j] * at.previous(current, j, 0);
  }
}

void total_current_backward(const PopulationLayout& population, const PopulationBlock<const double>& q, TapePlace at,
                            std::span<const double> x, const TapeView& tape, std::span<const double> g,
                            ReferenceAdjoint& adjoint, const PopulationBlock<double>& gradients,
                            std::span<double> d_x) {
  const std::vector<double> x_rec = previous_spikes(population, at, tape);
  std::ranges::fill(d_x, 0.0);
  std::ranges::fill(adjoint.d_spike_rec, 0.0);
  const ProjectionGradient d{gradients.w, gradients.r, d_x};
  const ProjectionGradient d_rec{gradients.w_rec, gradients.r_rec, adjoint.d_spike_rec};
  if (per_synapse(population)) {
    synaptic_current_backward(q.w, q.r, x, at, tape.current, g, adjoint.lambda, d);
    if (population.recurrent) {
      synaptic_current_backward(q.w_rec, q.r_rec, x_rec, at, tape.current_rec, g, adjoint.lambda_rec, d_rec);
    }
    return;
  }
  shared_current_backward(population, q.r, at, tape.current, g, adjoint.lambda, d);
  drive_backward(q.w, x, adjoint.lambda, d);
  if (!population.recurrent) return;
  const bool own = population.has_recurrent_decays();
  if (own) shared_current_backward(population, q.r_rec, at, tape.current_rec, g, adjoint.lambda_rec, d_rec);
  drive_backward(q.w_rec, x_rec, own ? adjoint.lambda_rec : adjoint.lambda, d_rec);
}

/// g[t] = dL/dV[t] of neuron j; moves the adjoint of its state back by one step.
double neuron_backward(const PopulationLayout& population, const PopulationBlock<const double>& q, TapePlace at,
                       std::size_t j, const TapeView& tape, double d_output, ReferenceAdjoint& adjoint,
                       const PopulationBlock<double>& gradients) {
  if (!population.spiking) return d_output;
  const NeuronConstants<double> constants = neuron_constants(population, q, j);
  const double threshold = constants.threshold;
  const SurrogateConstants<double> surrogate(population.surrogate, threshold);
  const double slope = surrogate_derivative(surrogate, tape.potential(at.sample, at.step, j) - threshold);
  const double g = neuron_step_backward(adjoint.neurons[j], d_output + adjoint.d_spike_rec[j], slope, constants);
  if (population.tie_reset_decay) {
    of_neuron(gradients.r, j) += adjoint.neurons[j].reset * at.previous(tape.neurons, j).reset;
  }
  if (population.has_adaptation_parameters()) {
    const double alpha = adjoint.neurons[j].adaptation;
    of_neuron(gradients.rho_a, j) += alpha * at.previous(tape.neurons, j).adaptation;
    of_neuron(gradients.b, j) += alpha * at.previous(tape.spike, j);
    of_neuron(gradients.m, j) += alpha * at.previous(tape.potential, j);
  }
  return g;
}

}  // namespace

void reference_step(const PopulationLayout& population, const PopulationBlock<const double>& parameters, TapePlace at,
                    std::span<const double> x, const TapeView& tape) {
  const std::vector<double> x_rec = previous_spikes(population, at, tape);
  for (std::size_t j = 0; j < population.size; ++j) {
    double& potential = tape.potential(at.sample, at.step, j);
    potential = total_current(population, parameters, at, x, x_rec, j, tape);
    if (!population.spiking) continue;
    AdlifState<double> state = at.previous(tape.neurons, j);
    potential = neuron_step(state, x_rec[j], potential, neuron_constants(population, parameters, j));
    tape.neurons(at.sample, at.step, j) = state;
  }
}

void reference_step_backward(const PopulationLayout& population, const PopulationBlock<const double>& parameters,
                             TapePlace at, std::span<const double> x, const TapeView& tape,
                             std::span<const double> d_output, ReferenceAdjoint& adjoint,
                             const PopulationBlock<double>& gradients, std::span<double> d_x) {
  std::vector<double> g(population.size);
  for (std::size_t j = 0; j < population.size; ++j) {
    g[j] = neuron_backward(population, parameters, at, j, tape, d_output[j], adjoint, gradients);
  }
  total_current_backward(population, parameters, at, x, tape, g, adjoint, gradients, d_x);
}

}  // namespace hetsyn
