#pragma once
#include <hetsyn/network.hpp>

#include "backend/backend.hpp"
#include "config/config.hpp"

namespace hetsyn {

NetworkFacts network_facts(const NetworkLayout& network, const ParameterLayout& layout, const RunConfig& config);

/// The parameter group with this name. Throws UsageError with the nearest known name.
const ParameterGroup& group_named(const ParameterLayout& layout, std::string_view name);

/// Throws UsageError for another number of values than the array has, DataError for values that no network has: not
/// finite, a decay outside 0 to 1, a weight other than 0 for an absent self-connection.
void check_array(const NetworkLayout& network, const ParameterGroup& group, std::span<const float> values,
                 Quantity quantity = Quantity::parameter);

}  // namespace hetsyn
