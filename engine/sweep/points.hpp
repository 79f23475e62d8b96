#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sweep/file.hpp"

/// What a sweep consists of: models to train, and the points at which each is evaluated.
namespace hetsyn {

/// Values of the axes' keys in a resolved config, as TOML: "train.batch" → "32".
using SweepSettings = std::map<std::string, std::string>;

/// A trained network under one perturbation.
struct SweepPoint {
  std::string hash;  ///< of what the model's is, damage, and the keys of [test]
  SweepSettings settings;
  ConfigValue::Table test;  ///< what the point sets on top of its model
};

/// A network to train once.
struct SweepModel {
  std::string hash;  ///< of the config's identity, samples, seed and extent, and of the keys of [axes] and [[zip]]
  SweepSettings settings;
  std::uint64_t seed = 0;
  ConfigDocument document;
  std::vector<SweepPoint> points;  ///< at least one
};

/// All models of a sweep and their points, each once; train.seed varies slowest. Every config is checked. Throws
/// ConfigError with file, line, key and expectation.
std::vector<SweepModel> expand_sweep(const SweepFile& sweep, std::span<const KeySpec> task_keys);

/// The config of a point of a model.
ConfigDocument point_document(const SweepModel& model, const SweepPoint& point);

/// "model.neuron = "hom_lif", train.seed = 0"
std::string settings_text(const SweepSettings& settings);

}  // namespace hetsyn
