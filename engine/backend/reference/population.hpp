#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "dynamics/neuron.hpp"
#include "state/arrays.hpp"
#include "state/layout.hpp"
#include "state/parameters.hpp"

/// One population, one sample, one time step of the reference backend: plain loops over neurons and synapses.
namespace hetsyn {

/// What one population keeps of a forward pass; t runs over all steps.
struct ReferenceTape {
  std::vector<double> current;      ///< I  [B][T][post][pre], feed-forward ([B][T][N] = U where decays are shared)
  std::vector<double> current_rec;  ///< I' [B][T][post][post] ([B][T][N] = U' where shared); empty where U has it all
  std::vector<NeuronState<double>> neurons;  ///< J, A [B][T][N]; 0 without spikes
  std::vector<double> potential;             ///< V  [B][T][N]
  std::vector<double> spike;                 ///< z  [B][T][N]; 0 without spikes

  /// All arrays for B·T rows; see state/arrays.hpp.
  template <class Visit>
  void each_array(const PopulationLayout& population, std::size_t rows, Visit&& visit) {
    visit(current, rows * feedforward_states(population));
    visit(current_rec, rows * recurrent_states(population));
    visit(neurons, rows * population.size);
    visit(potential, rows * population.size);
    visit(spike, rows * population.size);
  }

  /// How many currents decay by themselves in each projection.
  static std::size_t feedforward_states(const PopulationLayout& population) {
    return population.size * (population.sharing == DecaySharing::synapse ? population.inputs : 1);
  }
  static std::size_t recurrent_states(const PopulationLayout& population) {
    if (!population.has_recurrent_decays()) return 0;
    return population.size * (population.sharing == DecaySharing::synapse ? population.size : 1);
  }
};

/// The arrays of one population inside a flat block of parameters or gradients; empty where it has none.
template <class T>
struct PopulationBlock {
  std::span<T> w;      ///< [N][pre]
  std::span<T> r;      ///< [N][pre], [N] or [1]
  std::span<T> w_rec;  ///< [N][N]
  std::span<T> r_rec;  ///< [N][N] or [N]

  PopulationBlock(std::span<T> block, const ParameterLayout& layout, std::size_t population) {
    const auto field = [&](Field which) {
      const ParameterGroup* group = layout.find(population, which);
      return group == nullptr ? std::span<T>{} : group_span(block, *group);
    };
    w = field(Field::w);
    r = field(Field::r);
    w_rec = field(Field::w_rec);
    r_rec = field(Field::r_rec);
  }
};

/// A place in a tape: row b·T + t.
struct TapeRow {
  std::size_t row = 0;
  bool first = false;  ///< t = 0; every state is 0 before

  /// Element k of the previous step's row of `width` elements.
  template <class T>
  [[nodiscard]] T previous(const std::vector<T>& values, std::size_t width, std::size_t k) const {
    return first ? T{} : values[(row - 1) * width + k];
  }
};

/// Writes one row of I, J, A and V. x is [pre], the input at this step.
void reference_step(const PopulationLayout& population, const PopulationBlock<const double>& parameters, TapeRow at,
                    std::span<const double> x, ReferenceTape& tape);

/// Adjoints that run backwards in time, zero after the last step.
struct ReferenceAdjoint {
  std::vector<double> lambda;                  ///< λ[t+1] = dL/dI [N][pre], or [N] where decays are shared
  std::vector<double> lambda_rec;              ///< λ'[t+1] [N][N] ([N] where shared); empty where λ has it all
  std::vector<NeuronAdjoint<double>> neurons;  ///< ν[t+1], α[t+1] [N]
  std::vector<double> d_spike_rec;             ///< dL/dz[t] [N] through the recurrent projection at t + 1
};

ReferenceAdjoint make_reference_adjoint(const PopulationLayout& population);

/// Chain rule of reference_step. d_output is [N]: dL/dz[t] (dL/dV[t] of a leaky integrator) from loss and population
/// above. Adds to `gradients`; writes dL/dx[t] [pre].
void reference_step_backward(const PopulationLayout& population, const PopulationBlock<const double>& parameters,
                             TapeRow at, std::span<const double> x, const ReferenceTape& tape,
                             std::span<const double> d_output, ReferenceAdjoint& adjoint,
                             const PopulationBlock<double>& gradients, std::span<double> d_x);

}  // namespace hetsyn
