#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "backend/backend.hpp"

/// The judge: the plainest possible transcription of the model in double precision. It stores every synaptic current
/// and applies the chain rule by hand, without the adjoint pair. See docs/model.md for the equations.
namespace hetsyn {

/// What one population keeps of a forward pass; t runs over all steps.
struct ReferenceTape {
  std::vector<double> current;      ///< I  [B][T][post][pre], feed-forward ([B][T][N] = U where decays are shared)
  std::vector<double> current_rec;  ///< I' [B][T][post][post]; empty where decays are shared or not recurrent
  std::vector<double> reset;        ///< J  [B][T][N]
  std::vector<double> adaptation;   ///< A  [B][T][N]
  std::vector<double> potential;    ///< V  [B][T][N]
  std::vector<double> spike;        ///< z  [B][T][N]
};

class Reference {
 public:
  explicit Reference(const NetworkState& state);

  std::vector<double> parameters;  ///< [layout.size]
  std::vector<double> gradients;   ///< [layout.size]; backward() adds

  /// forced_spikes[p] ([B][T][N], or empty) replaces the spikes of population p after its V was computed, so that two
  /// backends can be compared where a V within rounding of ϑ flips a spike.
  void forward(const InputBatch& batch, const ForwardOptions& options,
               std::span<const std::vector<double>> forced_spikes = {});
  [[nodiscard]] std::span<const double> readout() const;  ///< [B][T][K]
  [[nodiscard]] std::span<const double> spike_counts(std::size_t population) const { return counts_[population]; }
  [[nodiscard]] const ReferenceTape& tape(std::size_t population) const { return tapes_[population]; }
  void backward(std::span<const double> d_readout, std::span<const std::vector<double>> d_spike);

  [[nodiscard]] const NetworkState& state() const { return state_; }

 private:
  NetworkState state_;
  std::vector<ReferenceTape> tapes_;
  std::vector<std::vector<double>> counts_;
  std::vector<std::vector<double>> inputs_;  ///< x of each population, dense [B][T][pre]
  std::size_t samples_ = 0, steps_ = 0;
  ForwardOptions options_;
};

/// The same behind the backend port (`--device reference`).
std::unique_ptr<Backend> make_reference_backend(NetworkState state, const BackendOptions& options);

}  // namespace hetsyn
