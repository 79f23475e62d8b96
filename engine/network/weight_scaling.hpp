#pragma once
#include <cstddef>
#include <hetsyn/view.hpp>
#include <span>
#include <vector>

/// Initial weights that know their decay (model.weight_scaling = "decay_aware"); docs/model.md has the derivation.
namespace hetsyn {

/// What the synapses of a projection make of its input x: P(r), the mean of S[t]² over samples, steps and inputs, where
/// S[t] = r S[t−1] + x[t] is the current of a synapse with weight 1 and decay r. It contains the input's rate,
/// correlations and length.
class SynapticResponse {
 public:
  /// For the decays in `r`, which must not be empty.
  explicit SynapticResponse(std::span<const float> r);

  /// Adds a sample [T][N].
  void add(const View<const float, 2>& x);

  /// √P(r); 0 if there was no input.
  [[nodiscard]] double root_mean_square(float r) const;

 private:
  struct Point {
    double log_tau, r;           ///< τ in steps
    double squares = 0.0;        ///< Σ S[t]² over all that was added
    std::vector<float> current;  ///< S of the sample that is being added, [N]
  };
  std::vector<Point> points_;  ///< by τ
  double terms_ = 0.0;         ///< of each sum
};

/// Divides each weight [post][pre] by the √P of its decay. `r` is [post][pre], [post][1] or [1][1]. Weights of synapses
/// that receive nothing are left as they are.
void scale_weights(const View<float, 2>& weights, const View<const float, 2>& r, const SynapticResponse& response);

}  // namespace hetsyn
