#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hetsyn {

/// A path is a text: relative ones are made absolute when they are read, so that a recorded config means the same files
/// wherever it is read again.
enum class KeyType : std::uint8_t { boolean, integer, real, text, path };

/// What a key means for a run. Two trainings are the same where their keys of identity, samples and seed agree (and
/// their data do, see data/data_identity.hpp).
enum class KeyRole : std::uint8_t {
  identity,   ///< what is trained, how, and which samples are held out
  samples,    ///< what the samples are and how many are evaluated; an evaluation may vary it, and names what it varied
  seed,       ///< of everything random in the training; runs are averaged over it
  extent,     ///< how far the training goes; a continued run may go further
  damage,     ///< what an evaluation does to inputs and parameters
  placement,  ///< where data and results lie, and where is computed
  presentation  ///< what results are called and how they are shown
};

/// Declaration of one configuration key: what a schema, its checks and its documentation are made of.
struct KeySpec {
  std::string name;  ///< within its table: "batch"
  KeyType type = KeyType::real;
  std::string unit;           ///< "ms", "Hz", …; empty for none
  std::string default_value;  ///< as written in TOML
  double minimum = 0.0;       ///< numbers; minimum == maximum: no bounds
  double maximum = 0.0;
  std::vector<std::string> choices;  ///< text; empty: any
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
