#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hetsyn {

/// A path is a text: relative ones are made absolute when they are read, so that a recorded config means the same files
/// wherever it is read again.
enum class KeyType : std::uint8_t { boolean, integer, real, text, path };

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
};

using KeyValue = std::variant<bool, std::int64_t, double, std::string>;

struct NamedValue {
  std::string name;
  KeyValue value;
};

}  // namespace hetsyn
