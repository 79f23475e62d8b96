#include "run/parameter_arrays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <hetsyn/exceptions.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/nearest.hpp"

namespace hetsyn {

const ParameterGroup& group_named(const ParameterLayout& layout, std::string_view name) {
  std::vector<std::string> names;
  for (const ParameterGroup& group : layout.groups) {
    if (group.name == name) return group;
    names.push_back(group.name);
  }
  throw UsageError(fmt::format("no array \"{}\"{}", name, did_you_mean(name, names)));
}

void check_values(const ParameterGroup& group, std::span<const float> values, Quantity quantity,
                  bool without_diagonal) {
  const ValueRange range = quantity == Quantity::parameter ? group.range : ValueRange{};
  const View<const float, 2> array(values, {group.rows, group.columns});
  for (std::size_t row = 0; row < array.rows(); ++row) {
    for (std::size_t column = 0; column < array.columns(); ++column) {
      const float value = array(row, column);
      const auto refuse = [&](std::string_view expected) {
        throw DataError(fmt::format("{}[{}][{}] is {}; expected {}", group.name, row, column, value, expected));
      };
      if (!std::isfinite(value)) refuse("a finite number");
      if (!range.contains(value)) refuse(group.is_decay() ? "a decay, 0 to 1" : range.text());
      if (without_diagonal && row == column && value != 0.0f) refuse("0, as the population has no self-connections");
    }
  }
}

void check_array(const NetworkLayout& network, const ParameterGroup& group, std::span<const float> values,
                 Quantity quantity) {
  if (values.size() != group.count()) {
    throw UsageError(
        fmt::format("{}: {} values; expected {} × {}", group.name, values.size(), group.rows, group.columns));
  }
  const PopulationLayout& population = network.populations[group.population];
  check_values(group, values, quantity, has_self_connections(group, population) && !population.autapses);
}

void write_arrays(const NetworkLayout& network, std::span<const ParameterArray> arrays, std::span<float> parameters) {
  const ParameterLayout layout = parameter_layout(network);
  std::set<std::string_view> written;
  for (const ParameterArray& array : arrays) {
    const ParameterGroup& group = group_named(layout, array.name);
    if (!written.insert(array.name).second) throw UsageError(fmt::format("{} is given twice", array.name));
    if (array.rows != group.rows || array.columns != group.columns) {
      throw UsageError(fmt::format("{} has the shape [{}][{}]; expected [{}][{}]", array.name, array.rows,
                                   array.columns, group.rows, group.columns));
    }
    check_array(network, group, array.values);
    std::ranges::copy(array.values, group_span(parameters, group).begin());
  }
}

}  // namespace hetsyn
