#include "state/parameters.hpp"

#include <fmt/format.h>

#include <utility>

namespace hetsyn {
namespace {

std::pair<std::size_t, std::size_t> decay_shape(const PopulationLayout& population) {
  switch (population.sharing) {
    case DecaySharing::population: return {1, 1};
    case DecaySharing::neuron:
    case DecaySharing::projection: return {population.size, 1};
    case DecaySharing::synapse: return {population.size, population.inputs};
  }
  return {0, 0};
}

std::pair<std::size_t, std::size_t> recurrent_decay_shape(const PopulationLayout& population) {
  if (!population.has_recurrent_decays()) return {0, 0};
  return {population.size, population.sharing == DecaySharing::synapse ? population.size : 1};
}

std::pair<std::size_t, std::size_t> adaptation_shape(const PopulationLayout& population) {
  if (!population.has_adaptation_parameters()) return {0, 0};
  return {population.adaptation == AdaptationSharing::neuron ? population.size : 1, 1};
}

/// The shape of a field in a population; 0 × 0 if the population does not have it.
std::pair<std::size_t, std::size_t> field_shape(const PopulationLayout& population, IndexSpace index) {
  switch (index) {
    case IndexSpace::synapse: return {population.size, population.inputs};
    case IndexSpace::decay: return decay_shape(population);
    case IndexSpace::recurrent_synapse:
      if (population.recurrent) return {population.size, population.size};
      return {0, 0};
    case IndexSpace::recurrent_decay: return recurrent_decay_shape(population);
    case IndexSpace::adaptation: return adaptation_shape(population);
    case IndexSpace::sample_step_neuron: return {0, 0};
  }
  return {0, 0};
}

bool is_trainable(const PopulationLayout& population, const ParameterGroup& group) {
  if (field_info(group.field).index == IndexSpace::adaptation) return population.adaptation_trainable;
  return !group.is_decay() || population.decay_trainable;
}

}  // namespace

std::string ValueRange::text() const {
  if (std::isinf(lowest)) return "a finite number";
  if (std::isinf(highest)) return fmt::format("a finite number of {:g} or more", lowest);
  return fmt::format("a number from {:g} to {:g}", lowest, highest);
}

ValueRange value_range(Field field, double adaptation_filter) {
  if (field == Field::m) return {0.0, largest_membrane_adaptation(adaptation_filter)};
  if (field == Field::b) return {0.0};
  return is_decay(field) ? ValueRange{0.0, 1.0} : ValueRange{};
}

const ParameterGroup* ParameterLayout::find(std::size_t population, Field field) const {
  for (const ParameterGroup& group : groups) {
    if (group.population == population && group.field == field) return &group;
  }
  return nullptr;
}

bool has_self_connections(const ParameterGroup& group, const PopulationLayout& population) {
  return group.field == Field::w_rec || (group.field == Field::r_rec && population.sharing == DecaySharing::synapse);
}

ParameterLayout parameter_layout(const NetworkLayout& network) {
  ParameterLayout layout;
  for (std::size_t p = 0; p < network.populations.size(); ++p) {
    const PopulationLayout& population = network.populations[p];
    for (const FieldInfo& info : kFields) {
      if (info.lifetime != Lifetime::parameter) continue;
      const auto [rows, columns] = field_shape(population, info.index);
      if (rows == 0) continue;
      ParameterGroup group{
          population.name + "." + std::string(info.name), p, info.field, rows, columns, layout.size, true};
      group.trainable = is_trainable(population, group);
      group.range = value_range(info.field, population.neuron.adaptation_filter);
      layout.size += round_up(group.count(), kCacheLine / sizeof(float));
      layout.groups.push_back(std::move(group));
    }
  }
  return layout;
}

}  // namespace hetsyn
