#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// The activity of a trained network in single samples: what it was given, how its neurons answered, what it decided.
namespace hetsyn {

/// Spikes or input events, sorted by step, then by unit.
struct SpikeList {
  std::vector<std::uint32_t> steps = {}, units = {};  ///< one element each per spike
  [[nodiscard]] std::size_t size() const { return steps.size(); }
};

/// A spiking population of N neurons in a sample of T steps.
struct PopulationRecording {
  std::string name = {};              ///< "hidden1", …; "readout" if that spikes
  std::size_t neurons = 0;            ///< N
  double threshold = 0.0;             ///< a neuron spikes in exactly those steps in which its potential is above this
  SpikeList spikes = {};              ///< units are neurons
  std::vector<float> potential = {};  ///< [T][N], what is left of it after the resets by spikes of earlier steps
};

/// One sample.
struct Recording {
  std::size_t sample = 0;      ///< its place in the set, from 0
  std::uint64_t index = 0;     ///< its number in the task's split; another one where the set is a part of the split
  std::int32_t label = -1;     ///< −1: none
  std::int32_t group = -1;     ///< speaker, writer, …; −1: none
  std::int32_t decision = -1;  ///< the class that the network decided for; −1: the task is no classification
  std::vector<double> logits = {};                    ///< [K], of which the largest decides; or empty
  SpikeList events = {};                              ///< the input, damaged as the network was given it …
  std::vector<float> analog = {};                     ///< … or [T][inputs] if it is analog
  std::vector<PopulationRecording> populations = {};  ///< those that spike, starting next to the input
  std::vector<float> readout = {};                    ///< [T][K]: potentials, or spikes (0 or 1) of a spiking readout
  std::vector<float> target = {};                     ///< [T][targets]
};

/// What the recordings of one set have in common.
struct RecordingFacts {
  std::string checkpoint = {};        ///< file of the parameters
  std::uint64_t epoch = 0, step = 0;  ///< when they were stored
  std::string task = {}, data = {};   ///< names of the task and of its data
  bool standin = false;               ///< the data are synthetic and replace a corpus that was not found
  std::string split = {};             ///< "train", "validation" or "test"
  std::uint64_t seed = 0;             ///< from which the task draws samples, if it draws them
  std::string damage = {};            ///< "perturb.deletion = 0.3, perturb.seed = 0"; empty: none
  std::string config = {};            ///< all keys, as TOML
  double dt_ms = 1.0;                 ///< duration of a step of the network
  std::size_t steps = 0;              ///< T
  std::size_t inputs = 0, outputs = 0, targets = 0;
  bool analog = false;                        ///< whether the input is analog
  bool spiking_readout = false;               ///< whether the readout is one of the populations
  std::vector<std::string> class_names = {};  ///< [K]; or empty
  std::vector<std::string> group_names = {};  ///< or empty
};

struct RecordedSamples {
  RecordingFacts facts = {};
  std::vector<Recording> samples = {};
};

}  // namespace hetsyn
