#pragma once
#include <vector>

#include "config/check.hpp"

namespace hetsyn {

/// The values of one axis of a sweep. An axis is written as
///   a list                                        [0.1, 0.2]
///   a range, `to` included                        { from = 0, to = 1, step = 0.1 } or { from = 0, to = 1, count = 11 }
///   whole numbers                                 { from = 0, count = 10 }
///   a geometric range                             { log = [1e-4, 1e-2], count = 5 }
///   random draws, the same for one seed and key   { uniform = [a, b], count = 20, seed = 1 }, log_uniform or
///                                                 normal = [mean, s.d.] for uniform
///   random choices                                { choice = [64, 128, 256], count = 20, seed = 1 }
/// Ranges between whole numbers give integers wherever they meet one. Throws ConfigError.
std::vector<ConfigValue> axis_values(const NamedPlace& at);

}  // namespace hetsyn
