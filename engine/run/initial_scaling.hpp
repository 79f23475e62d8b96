#pragma once
#include <set>
#include <span>
#include <string>

#include "backend/backend.hpp"

namespace hetsyn {

/// Scales the initial weights of a network, from the input up, so that the synaptic currents of each of its projections
/// add up to a standard deviation of model.weight_gain, measured on `batches`; see network/weight_scaling.hpp. The
/// spikes that recurrent weights receive are measured without them. Arrays named in `given` stay as they are.
void scale_initial_weights(Backend& backend, std::span<const InputBatch> batches, const std::set<std::string>& given);

}  // namespace hetsyn
