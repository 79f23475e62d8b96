#pragma once
#include <hetsyn/network.hpp>
#include <hetsyn/parameters.hpp>
#include <span>
#include <string_view>

#include "state/parameters.hpp"

/// Arrays that users give to a network by name, and what is refused.
namespace hetsyn {

/// The parameter group with this name. Throws UsageError with the nearest known name.
const ParameterGroup& group_named(const ParameterLayout& layout, std::string_view name);

/// Throws DataError for values that no network has: not finite, or as parameters a decay outside 0 to 1.
/// `without_diagonal`: the elements [j][j] must be 0.
void check_values(const ParameterGroup& group, std::span<const float> values, Quantity quantity, bool without_diagonal);

/// The same for an array of a network, whose absent self-connections must be 0. Throws UsageError for another number of
/// values than the array has.
void check_array(const NetworkLayout& network, const ParameterGroup& group, std::span<const float> values,
                 Quantity quantity = Quantity::parameter);

/// Writes arrays over those of the same name in `parameters`, the block of a network. Throws UsageError for a name or a
/// shape that the network does not have or for a name given twice, and DataError as check_array().
void write_arrays(const NetworkLayout& network, std::span<const ParameterArray> arrays, std::span<float> parameters);

}  // namespace hetsyn
