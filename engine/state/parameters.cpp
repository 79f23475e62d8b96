#include "state/parameters.hpp"

#include <utility>

namespace hetsyn {
namespace {

std::pair<std::size_t, std::size_t> decay_shape(const PopulationLayout& population) {
  switch (population.sharing) {
    case DecaySharing::population: return {1, 1};
    case DecaySharing::neuron: return {population.size, 1};
    case DecaySharing::synapse: return {population.size, population.inputs};
  }
  return {0, 0};
}

/// Shape of a field in a population; 0 × 0 where it has none.
std::pair<std::size_t, std::size_t> field_shape(const PopulationLayout& population, IndexSpace index) {
  const bool per_synapse = population.sharing == DecaySharing::synapse;
  switch (index) {
    case IndexSpace::synapse: return {population.size, population.inputs};
    case IndexSpace::decay: return decay_shape(population);
    case IndexSpace::recurrent_synapse:
      if (population.recurrent) return {population.size, population.size};
      return {0, 0};
    case IndexSpace::recurrent_decay:
      if (population.recurrent && per_synapse) return {population.size, population.size};
      return {0, 0};
    case IndexSpace::sample_step_neuron: return {0, 0};
  }
  return {0, 0};
}

}  // namespace

const ParameterGroup* ParameterLayout::find(std::size_t population, Field field) const {
  for (const ParameterGroup& group : groups) {
    if (group.population == population && group.field == field) return &group;
  }
  return nullptr;
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
      group.trainable = !group.is_decay() || population.decay_trainable;
      layout.size += round_up(group.count(), kCacheLine / sizeof(float));
      layout.groups.push_back(std::move(group));
    }
  }
  return layout;
}

}  // namespace hetsyn
