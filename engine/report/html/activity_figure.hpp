#pragma once
#include <cstddef>
#include <hetsyn/recording.hpp>
#include <string>
#include <vector>

#include "report/html/figure.hpp"

namespace hetsyn {

/// A neuron whose potential is shown.
struct ChosenNeuron {
  std::size_t neuron = 0;
  std::size_t spikes = 0;  ///< in the sample
};

/// The neurons whose potentials are shown: the one with the most spikes, the median one of those that spike, and of
/// the silent ones that with the highest potential, as far as there are such. Of equal ones, the first.
std::vector<ChosenNeuron> chosen_neurons(const PopulationRecording& population);

/// One sample, as panels that share the time axis.
Figure activity_figure(const RecordingFacts& facts, const Recording& recording);

}  // namespace hetsyn
