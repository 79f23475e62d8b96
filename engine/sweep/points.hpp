#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sweep/file.hpp"

/// The models of a sweep, which are trained, and the points at which each is evaluated.
namespace hetsyn {

/// The values of the axes' keys in a resolved config, as TOML: "train.batch" → "32".
using SweepSettings = std::map<std::string, std::string>;

/// A trained network under one kind of damage.
struct SweepPoint {
  std::string hash;  ///< of the identity of the model, the damage, and the keys of [test]
  SweepSettings settings;
  ConfigValue::Table test;  ///< the keys that the point sets on top of its model
};

/// A network that is trained once.
struct SweepModel {
  std::string
      hash;  ///< of the keys with the roles identity, samples, seed and extent, and of the keys of [axes] and [[zip]]
  SweepSettings settings;
  std::uint64_t seed = 0;
  ConfigDocument document;
  std::vector<SweepPoint> points;  ///< at least one
};

/// All models of a sweep with their points, without duplicates; train.seed varies slowest. Checks every config. Throws
/// ConfigError with file, line, key and what was expected.
std::vector<SweepModel> expand_sweep(const SweepFile& sweep, std::span<const KeySpec> task_keys);

/// The config of a point of a model.
ConfigDocument point_document(const SweepModel& model, const SweepPoint& point);

/// "model.neuron = "hom_lif", train.seed = 0"
std::string settings_text(const SweepSettings& settings);
/// The same without the tables of the keys: "neuron = "hom_lif", seed = 0".
std::string short_settings_text(const SweepSettings& settings);
/// The same without the keys: "hom_lif, 0".
std::string values_text(const SweepSettings& settings);

}  // namespace hetsyn
