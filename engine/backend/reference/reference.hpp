#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "backend/parameter_store.hpp"
#include "backend/reference/population.hpp"

/// The reference implementation, with which all backends are compared: the model in double precision, written as
/// plainly as possible. It stores every synaptic current and applies the chain rule by hand, without the adjoint pair.
/// See docs/model.md for the equations.
namespace hetsyn {

class Reference {
 public:
  /// Throws DataError for arrays of the wrong size.
  explicit Reference(NetworkState state);

  /// Parameters, gradients and moments in double; store().layout() says where each parameter is.
  [[nodiscard]] ParameterStore<double>& store() { return store_; }
  [[nodiscard]] const ParameterStore<double>& store() const { return store_; }
  [[nodiscard]] const NetworkLayout& network() const { return network_; }

  /// forced_spikes[p] ([B][T][N], or empty) replaces the spikes of population p after V is computed. Two backends can
  /// then be compared even if rounding moves a V across ϑ in one of them. Throws DataError for a batch that does not
  /// fit the network.
  void forward(const InputBatch& batch, const ForwardOptions& options,
               std::span<const std::vector<double>> forced_spikes = {});
  [[nodiscard]] View<const double, 3> readout() const;                             ///< [B][T][K]
  [[nodiscard]] View<const double, 2> spike_counts(std::size_t population) const;  ///< [B][N]; empty without spikes
  [[nodiscard]] const ReferenceTape& tape(std::size_t population) const { return tapes_.at(population); }

  /// Adds to the gradients and returns dL/dx [B][T][inputs]; see TapedPass::backward(). Throws RunError unless
  /// forward() has kept its tape.
  std::vector<double> backward(std::span<const double> d_readout, std::span<const std::vector<double>> d_spike);

 private:
  void forward_population(std::size_t population, std::span<const double> forced);
  void fire(std::size_t population, TapePlace at, std::span<const double> forced);
  void feed_next(std::size_t population, TapePlace at);
  [[nodiscard]] double spike_gain(std::size_t population, TapePlace at, std::size_t neuron) const;
  void backward_population(std::size_t population, std::vector<double>& d_output);
  [[nodiscard]] TapeView tape_view(std::size_t population);
  /// A view [B][T][units].
  template <class T>
  [[nodiscard]] View<T, 3> by_step(std::span<T> values, std::size_t units) const {
    return {values, {samples_, steps_, units}};
  }
  [[nodiscard]] View<double, 3> input(std::size_t population) {
    return by_step(std::span(inputs_[population]), network_.populations[population].inputs);
  }

  NetworkLayout network_;
  ParameterStore<double> store_;
  std::vector<ReferenceTape> tapes_;
  std::vector<std::vector<double>> counts_;  ///< [B][N] of each population
  std::vector<std::vector<double>> inputs_;  ///< x of each population, dense [B][T][pre]
  std::size_t samples_ = 0, steps_ = 0;
  ForwardOptions options_{.keep_tape = false, .dropout = {}};
};

/// The same as a Backend (`--device reference`).
std::unique_ptr<Backend> make_reference_backend(NetworkState state, const BackendOptions& options);
/// See BackendInfo::memory.
BackendMemory reference_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);

}  // namespace hetsyn
