#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "backend/parameter_store.hpp"
#include "backend/reference/population.hpp"

/// The judge: the plainest possible transcription of the model in double precision. It stores every synaptic current
/// and applies the chain rule by hand, without the adjoint pair. See docs/model.md for the equations.
namespace hetsyn {

class Reference {
 public:
  /// Throws DataError for arrays of the wrong size.
  explicit Reference(NetworkState state);

  /// Parameters, gradients and moments in double; the layout of parameters is store().layout().
  [[nodiscard]] ParameterStore<double>& store() { return store_; }
  [[nodiscard]] const ParameterStore<double>& store() const { return store_; }
  [[nodiscard]] const NetworkLayout& network() const { return network_; }

  /// forced_spikes[p] ([B][T][N], or empty) replaces the spikes of population p after its V was computed, so that two
  /// backends can be compared where a V within rounding of ϑ flips a spike. Throws DataError for a batch that does not
  /// fit the network.
  void forward(const InputBatch& batch, const ForwardOptions& options,
               std::span<const std::vector<double>> forced_spikes = {});
  [[nodiscard]] std::span<const double> readout() const;                             ///< [B][T][K]
  [[nodiscard]] std::span<const double> spike_counts(std::size_t population) const;  ///< [B][N]; empty without spikes
  [[nodiscard]] const ReferenceTape& tape(std::size_t population) const { return tapes_.at(population); }

  /// Adds to the gradients; see Backend::backward(). Throws RunError without a forward() that kept its tape.
  void backward(std::span<const double> d_readout, std::span<const std::vector<double>> d_spike);

 private:
  void forward_population(std::size_t population, const std::vector<double>* forced);
  void fire(std::size_t population, TapeRow at, const std::vector<double>* forced);
  void feed_next(std::size_t population, std::size_t sample, std::size_t step);
  [[nodiscard]] double spike_gain(std::size_t population, std::size_t sample, std::size_t step,
                                  std::size_t neuron) const;
  void backward_population(std::size_t population, std::vector<double>& d_output);

  NetworkLayout network_;
  ParameterStore<double> store_;
  std::vector<ReferenceTape> tapes_;
  std::vector<std::vector<double>> counts_;  ///< [B][N] of each population
  std::vector<std::vector<double>> inputs_;  ///< x of each population, dense [B][T][pre]
  std::size_t samples_ = 0, steps_ = 0;
  ForwardOptions options_{.keep_tape = false, .dropout = {}};
};

/// The same behind the backend port (`--device reference`).
std::unique_ptr<Backend> make_reference_backend(NetworkState state, const BackendOptions& options);
/// BackendInfo::memory.
BackendMemory reference_memory(const NetworkLayout& network, const InputBatch& batch, const BackendOptions& options);

}  // namespace hetsyn
