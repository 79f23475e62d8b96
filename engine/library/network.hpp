#pragma once
#include <hetsyn/network.hpp>

#include "backend/backend.hpp"
#include "config/config.hpp"

namespace hetsyn {

NetworkFacts network_facts(const NetworkLayout& network, const ParameterLayout& layout, const RunConfig& config);

}  // namespace hetsyn
