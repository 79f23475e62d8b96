#pragma once
#include <hetsyn/network.hpp>

#include "backend/backend.hpp"
#include "config/config.hpp"

namespace hetsyn {

NetworkFacts network_facts(const NetworkLayout& network, const ParameterLayout& layout, const RunConfig& config);

/// The parameter group with this name. Throws UsageError with the nearest known name.
const ParameterGroup& group_named(const ParameterLayout& layout, std::string_view name);

}  // namespace hetsyn
