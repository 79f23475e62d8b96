#pragma once
#include <cstddef>
#include <hetsyn/view.hpp>
#include <span>
#include <type_traits>
#include <vector>

#include "dynamics/neuron.hpp"
#include "state/arrays.hpp"
#include "state/layout.hpp"
#include "state/parameters.hpp"

/// One population, one sample, one time step of the reference backend: plain loops over neurons and synapses.
namespace hetsyn {

/// Number of currents of a neuron that decay separately: one per synapse, or one if the synapses share a decay.
inline std::size_t feedforward_currents(const PopulationLayout& population) {
  return population.sharing == DecaySharing::synapse ? population.inputs : 1;
}
/// The same for the recurrent projection; 0 if its currents are part of the feed-forward one.
inline std::size_t recurrent_currents(const PopulationLayout& population) {
  if (!population.has_recurrent_decays()) return 0;
  return population.sharing == DecaySharing::synapse ? population.size : 1;
}

/// What a population keeps of a forward pass.
struct ReferenceTape {
  std::vector<double> current;              ///< I  [B][T][N][pre], or U [B][T][N][1] where decays are shared
  std::vector<double> current_rec;          ///< I' [B][T][N][N], or U' [B][T][N][1]; empty if they are part of U
  std::vector<AdlifState<double>> neurons;  ///< [B][T][N]; 0 without spikes
  std::vector<double> potential;            ///< V  [B][T][N]
  std::vector<double> spike;                ///< z  [B][T][N]; 0 without spikes

  /// Sizes all arrays for B·T rows; see state/arrays.hpp.
  template <class Visit>
  void each_array(const PopulationLayout& population, std::size_t rows, Visit&& visit) {
    const std::size_t neurons_of_all = rows * population.size;
    visit(current, neurons_of_all * feedforward_currents(population));
    visit(current_rec, neurons_of_all * recurrent_currents(population));
    visit(neurons, neurons_of_all);
    visit(potential, neurons_of_all);
    visit(spike, neurons_of_all);
  }
};

/// The arrays of a tape, indexed by sample and step; shapes as in ReferenceTape.
struct TapeView {
  View<double, 4> current, current_rec;
  View<AdlifState<double>, 3> neurons;
  View<double, 3> potential, spike;

  TapeView(const PopulationLayout& population, std::size_t samples, std::size_t steps, ReferenceTape& tape)
      : current(tape.current, {samples, steps, population.size, feedforward_currents(population)}),
        current_rec(tape.current_rec, {samples, steps, population.size, recurrent_currents(population)}),
        neurons(tape.neurons, {samples, steps, population.size}),
        potential(tape.potential, {samples, steps, population.size}),
        spike(tape.spike, {samples, steps, population.size}) {}
};

/// The arrays of one population inside a flat block of parameters or gradients; empty if it has none.
template <class T>
struct PopulationBlock {
  View<T, 2> w;            ///< [N][pre]
  View<T, 2> r;            ///< [N][pre], [N][1] or [1][1]
  View<T, 2> w_rec;        ///< [N][N]
  View<T, 2> r_rec;        ///< [N][N] or [N][1]
  View<T, 2> rho_a, b, m;  ///< [N][1] or [1][1]

  PopulationBlock(std::span<T> block, const ParameterLayout& layout, std::size_t population) {
    const auto field = [&](Field which) {
      const ParameterGroup* group = layout.find(population, which);
      return group == nullptr ? View<T, 2>() : group_view(block, *group);
    };
    w = field(Field::w);
    r = field(Field::r);
    w_rec = field(Field::w_rec);
    r_rec = field(Field::r_rec);
    rho_a = field(Field::rho_a);
    b = field(Field::b);
    m = field(Field::m);
  }
};

/// A sample and a step.
struct TapePlace {
  std::size_t sample = 0, step = 0;

  /// The value of an array at the previous step; every state is 0 before the first one.
  template <class T, std::size_t kRank, class... Index>
  [[nodiscard]] T previous(const View<T, kRank>& values, Index... index) const {
    return step == 0 ? T{} : values(sample, step - 1, index...);
  }
};

/// Writes I, J, A, Q and V of one place. x is [pre], the input at this step.
void reference_step(const PopulationLayout& population, const PopulationBlock<const double>& parameters, TapePlace at,
                    std::span<const double> x, const TapeView& tape);

/// Adjoints, which are zero after the last step.
struct ReferenceAdjoint {
  explicit ReferenceAdjoint(const PopulationLayout& population)
      : lambda(population.size * feedforward_currents(population)),
        lambda_rec(population.size * recurrent_currents(population)),
        neurons(population.size),
        d_spike_rec(population.size) {}

  std::vector<double> lambda;                 ///< λ[t+1] = dL/dI, shaped as a row of ReferenceTape::current
  std::vector<double> lambda_rec;             ///< λ'[t+1], as ReferenceTape::current_rec
  std::vector<AdlifAdjoint<double>> neurons;  ///< ν[t+1], α[t+1], … [N]
  std::vector<double> d_spike_rec;            ///< dL/dz[t] [N] through the recurrent projection at t + 1
};

/// Chain rule of reference_step(). d_output [N] is dL/dz[t] (dL/dV[t] of a leaky integrator) from the loss and the
/// population above. Adds to `gradients`; writes dL/dx[t] [pre].
void reference_step_backward(const PopulationLayout& population, const PopulationBlock<const double>& parameters,
                             TapePlace at, std::span<const double> x, const TapeView& tape,
                             std::span<const double> d_output, ReferenceAdjoint& adjoint,
                             const PopulationBlock<double>& gradients, std::span<double> d_x);

}  // namespace hetsyn
