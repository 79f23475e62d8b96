#pragma once
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "network/spec.hpp"
#include "state/spikes.hpp"

/// Runs a network forward and backward on the reference (in double) or on the fast backend, for tests of what must
/// hold exactly between two networks or two batches.
namespace hetsyn::test {

struct Outcome {
  std::vector<std::vector<double>> potentials;  ///< V [p][B][T][N]
  std::vector<std::vector<double>> spikes;      ///< z [p][B][T][N]
  std::vector<double> readout;                  ///< [B][T][K]
  std::vector<double> gradients;                ///< [layout.size]
};

struct Engine {
  std::string name;
  double tolerance;  ///< relative; see runner.cpp
  Outcome (*run)(const NetworkState& state, const InputBatch& batch, const std::vector<float>& d_readout);
};

std::ostream& operator<<(std::ostream& out, const Engine& engine);

const std::vector<Engine>& engines();

/// A recurrent network of two hidden populations that spikes a lot on property_batch().
NetworkSpec property_spec(NeuronModel model);
InputBatch property_batch();
/// A seeded dL/dV^out for a batch on a network of property_spec().
std::vector<float> property_d_readout(const InputBatch& batch);

/// Sets every element of a parameter group by its row (the postsynaptic index).
template <class Value>
void set_rows(NetworkState& state, const ParameterGroup& group, const Value& value) {
  for (std::size_t j = 0; j < group.rows; ++j) {
    for (std::size_t i = 0; i < group.columns; ++i) {
      state.parameters[group.offset + j * group.columns + i] = value(j);
    }
  }
}

/// Parameters, or gradients, of one field of one population; empty where there is none.
template <class Values>
auto field_values(const NetworkState& state, const Values& values, std::size_t population, Field field) {
  const ParameterGroup* group = state.layout.find(population, field);
  return group == nullptr
             ? std::vector<double>{}
             : std::vector<double>(values.begin() + static_cast<std::ptrdiff_t>(group->offset),
                                   values.begin() + static_cast<std::ptrdiff_t>(group->offset + group->count()));
}

}  // namespace hetsyn::test
