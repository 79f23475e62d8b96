#pragma once
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "network/spec.hpp"
#include "support/batches.hpp"

/// The table of situations that every backend has to master.
namespace hetsyn::test {

/// What the decays are set to after they were drawn.
enum class Decays : std::uint8_t {
  drawn,
  zero,   ///< all 0: no memory
  one,    ///< all 1: perfect integrators
  mixed,  ///< every third 0, every third 1
};

struct Case {
  std::string name;
  NetworkSpec spec;
  BatchShape input;
  Decays decays = Decays::drawn;
  bool gaps = false;           ///< every other sample is empty
  bool must_spike = true;      ///< a case in which the hidden populations stay silent would test nothing
  double d_spike_scale = 0.1;  ///< size of the rate regulariser's gradient
};

std::ostream& operator<<(std::ostream& out, const Case& c);

/// All cases of at most so many neurons · steps · samples.
std::vector<Case> cases(std::size_t most_neuron_steps);

NetworkState make_state(const Case& c);
InputBatch make_batch(const Case& c);

/// A network that spikes and forgets at several speeds: two recurrent populations of ragged size.
Case ordinary_case(NeuronModel model);
/// The same of het_lif with a decay per projection.
Case two_decays_case();
/// Neurons that adapt by their potential as well, through a filter; each draws and trains its own parameters.
void set_adlif(NetworkSpec& spec);
/// An ordinary case of such neurons.
Case adlif_case(NeuronModel model);
/// One of each model, two_decays_case() and adlif_case() of two models.
std::vector<Case> ordinary_cases();

}  // namespace hetsyn::test
