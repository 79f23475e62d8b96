#pragma once
#include <optional>
#include <string>

#include "report/analysis/decay_course.hpp"
#include "report/html/figure.hpp"

namespace hetsyn {

/// The weights of the synapses that have the decays of `selection`, against their time constants: counts over a grid.
/// Empty if all time constants are equal, or none lies between 0 and ∞.
std::optional<Figure> weight_density(const DecayCourse& course, const DecaySelection& selection, const Moment& moment,
                                     const std::string& title);

}  // namespace hetsyn
