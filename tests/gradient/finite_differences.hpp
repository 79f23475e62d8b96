#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "backend/reference/reference.hpp"
#include "network/spec.hpp"

/// Central differences of the loss of a whole forward pass, with which the reference's gradients are compared.
namespace hetsyn::test {

/// A loss of the last forward pass: its value and where the backward pass starts from.
struct LossValue {
  double value = 0.0;
  std::vector<double> d_readout;             ///< [B][T][K]
  std::vector<std::vector<double>> d_spike;  ///< [p][N_p], or empty
};
using Loss = std::function<LossValue(const Reference&)>;

/// The state of `spec` with smooth spikes; every decay is trained, those of the homogeneous models too.
NetworkState smooth_state(const NetworkSpec& spec);

/// What differs in one parameter group: ‖analytic − numeric‖ / ‖numeric‖ over its trainable elements.
struct GroupError {
  std::string group;
  double error = 0.0;
  double norm = 0.0;  ///< ‖numeric‖
};

/// `decays` tells with respect to which θ decays are differentiated.
std::vector<GroupError> gradient_errors(Reference& reference, const InputBatch& batch, const ForwardOptions& options,
                                        const Loss& loss, const DecayMap& decays = {});

/// The same of dL/dx for the input `batch`, whose values must be multiples of 2⁻¹² below 1024: a float then holds them
/// with the step of the differences added.
GroupError input_gradient_error(Reference& reference, const InputBatch& batch, const ForwardOptions& options,
                                const Loss& loss);
/// The same input as analog values.
InputBatch as_analog(const InputBatch& batch);

}  // namespace hetsyn::test
