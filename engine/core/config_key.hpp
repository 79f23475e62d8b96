#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hetsyn {

/// A path is a text; relative paths are made absolute when they are read, so that a recorded config refers to the same
/// files wherever it is read again.
enum class KeyType : std::uint8_t { boolean, integer, real, text, path };

/// What a key means for a run. Two trainings count as the same if their keys of identity, samples and seed agree (and
/// their data, see data/data_identity.hpp).
enum class KeyRole : std::uint8_t {
  identity,     ///< what is trained, how, and which samples are held out
  samples,      ///< which samples exist and how many are evaluated; an evaluation may change it, and then lists it
  seed,         ///< the seed of everything random in the training; reports average over it
  extent,       ///< how long the training is; a resumed run may extend it
  damage,       ///< how an evaluation damages inputs and parameters
  placement,    ///< where data and results are, and on what the run is computed
  presentation  ///< how results are named and displayed
};

/// The declaration of a configuration key. The schema, its checks and its documentation are generated from it.
struct KeySpec {
  std::string name;  ///< within its table: "batch"
  KeyType type = KeyType::real;
  std::string unit;           ///< "ms", "Hz", …; empty for none
  std::string default_value;  ///< as written in TOML
  double minimum = 0.0;       ///< for numbers; if minimum == maximum there are no bounds
  double maximum = 0.0;
  std::vector<std::string> choices;  ///< for texts; empty: any text
  std::string help;                  ///< one sentence
  KeyRole role = KeyRole::identity;
};

using KeyValue = std::variant<bool, std::int64_t, double, std::string>;

struct NamedValue {
  std::string name;
  KeyValue value;
  KeyRole role = KeyRole::samples;  ///< of a key of [task]
};

}  // namespace hetsyn
